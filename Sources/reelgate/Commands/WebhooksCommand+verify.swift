import ArgumentParser
import Foundation
import Signatures

extension WebhooksCommand {
    /// Judges one request that somebody kept.
    struct Verify: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Verifies the signature of one webhook that was kept.",
            discussion: """
                Ends with 0 when the webhook is genuine and with 1, and the reason, when it is not; with 64 when it
                could not be judged.

                The key is read from REELGATE_WEBHOOK_SECRET or from a file, so that it shows in no process list: the
                endpoint's secret (whsec_...), its public key (whpk_...) for a v1a signature, or several, separated by
                spaces or lines, of which one has to fit.
                """
        )

        @Option(help: "Value of the `webhook-id` header.")
        var id: String?

        @Option(help: "Value of the `webhook-timestamp` header.")
        var timestamp: String?

        @Option(help: "Value of the `webhook-signature` header.")
        var signature: String?

        @Option(
            help: "File with the headers, as lines `name: value` or as a JSON object; flags go before it."
        )
        var headers: String?

        @Option(help: "File with the exact bytes of the body; standard input when left out or `-`.")
        var body: String?

        @Option(help: "File with the key; REELGATE_WEBHOOK_SECRET when left out.")
        var secretFile: String?

        @Option(help: "How many seconds the timestamp may be off, to either side.")
        var tolerance = WebhookSignature.toleranceSeconds

        @Flag(name: .customLong("any-age"), help: "Accepts a timestamp of any age, for a webhook from a log.")
        var anyAge = false

        func validate() throws {
            guard (0...Self.toleranceSecondsMax).contains(tolerance) else {
                throw ValidationError("--tolerance is between 0 and \(Self.toleranceSecondsMax) seconds")
            }
        }

        func run() async throws {
            let verdict = try judge(
                environment: ProcessInfo.processInfo.environment,
                time: Int64(Date().timeIntervalSince1970)
            )
            print(verdict)
            if !verdict.isVerified { throw ExitCode(1) }
        }

        /// The verdict at a time on what the options name.
        func judge(environment: [String: String], time: Int64) throws -> WebhookVerdict {
            let keys = try readKeys(environment)
            let headers = try readHeaders()
            let body = try InputFile.read(self.body, what: "the body")
            return WebhookVerdict(
                headers,
                body: body,
                keys: keys,
                now: anyAge ? headers.timestamp.flatMap { Int64($0) } ?? 0 : time,
                toleranceSeconds: tolerance
            )
        }

        private static let toleranceSecondsMax: Int64 = 7 * 24 * 3600

        private func readKeys(_ environment: [String: String]) throws -> [WebhookVerifyingKey] {
            let text: String
            if let secretFile {
                text = String(decoding: try InputFile.read(secretFile, what: "the key"), as: UTF8.self)
            } else if let given = GivenSecret.text(environment) {
                text = given
            } else {
                throw ValidationError(
                    "set \(GivenSecret.name) to the endpoint's secret, or name a file by --secret-file"
                )
            }
            let keys = try text.split(whereSeparator: \.isWhitespace).map { word in
                do throws(SignatureError) {
                    return try WebhookVerifyingKey(parsing: String(word))
                } catch {
                    throw ValidationError("the key cannot be used: \(error)")
                }
            }
            guard !keys.isEmpty else { throw ValidationError("there is no key") }
            return keys
        }

        private func readHeaders() throws -> WebhookHeaders {
            var found = WebhookHeaders(id: nil, timestamp: nil, signature: nil)
            if let headers { found = try KeptHeaders.parse(try InputFile.read(headers, what: "the headers")) }
            return WebhookHeaders(
                id: id ?? found.id,
                timestamp: timestamp ?? found.timestamp,
                signature: signature ?? found.signature
            )
        }
    }
}
