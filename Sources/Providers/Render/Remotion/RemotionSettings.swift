package import Contracts
package import Signatures

/// What a Remotion function in an account at AWS is used with.
package struct RemotionSettings: Sendable, Hashable {
    /// When Remotion's own lifecycle rules remove what was rendered.
    package enum DeleteAfter: String, Sendable, Hashable, CaseIterable {
        case oneDay = "1-day"
        case threeDays = "3-days"
        case sevenDays = "7-days"
        case thirtyDays = "30-days"
    }

    /// Where the state of a render is read.
    package enum StatusSource: String, Sendable, Hashable, CaseIterable {
        /// In the file that the render writes to the bucket: one request to S3.
        case progressFile = "progress-file"
        /// From the function, which reads the same file: each question is an invocation that is paid for.
        case function
    }

    package var credentials: AWSCredentials
    package var region: String
    package var functionName: String
    /// Of the deployed function, which takes no other.
    package var version: String
    package var serveURL: String
    /// The bucket that Remotion made, `remotionlambda-...`.
    package var bucket: String
    package var compositions: [AspectRatio: String]
    /// Functions that render one file side by side; all renders share the account's limit.
    package var concurrency: Int
    /// In place of `concurrency`: frames that each function renders, 4 at least.
    package var framesPerFunction: Int?
    package var deleteAfter: DeleteAfter
    /// Time limit of the function.
    package var functionTimeoutSeconds: Int
    package var statusSource: StatusSource
    package var licenseKey: Secret?
    /// In place of AWS, for services that speak like it: `http://127.0.0.1:4566`.
    package var endpoint: String?

    package static let concurrencyMax = 200
    package static let compositionsDefault: [AspectRatio: String] = [
        .portrait: "reelgate-9x16", .square: "reelgate-1x1", .landscape: "reelgate-16x9",
    ]

    package init(
        credentials: AWSCredentials,
        region: String,
        functionName: String,
        serveURL: String,
        bucket: String,
        version: String = "4.0.539",
        compositions: [AspectRatio: String] = compositionsDefault,
        concurrency: Int = 12,
        framesPerFunction: Int? = nil,
        deleteAfter: DeleteAfter = .sevenDays,
        functionTimeoutSeconds: Int = 300,
        statusSource: StatusSource = .progressFile,
        licenseKey: Secret? = nil,
        endpoint: String? = nil
    ) {
        self.credentials = credentials
        self.region = region
        self.functionName = functionName
        self.serveURL = serveURL
        self.bucket = bucket
        self.version = version
        self.compositions = compositions
        self.concurrency = min(max(concurrency, 1), Self.concurrencyMax)
        self.framesPerFunction = framesPerFunction.map { max($0, 4) }
        self.deleteAfter = deleteAfter
        self.functionTimeoutSeconds = min(max(functionTimeoutSeconds, 15), 900)
        self.statusSource = statusSource
        self.licenseKey = licenseKey
        self.endpoint = endpoint
    }
}
