import Foundation
import OutboundHTTP
import Signatures

/// A server that speaks S3 and checks every signature; it ends with this process.
final class S3Server: Sendable {
    static let accessKey = "AKIAREELGATETESTS"
    static let secretKey = "a+secret/of=tests"

    /// The one of all tests, each of which has a prefix of its own.
    static let shared: Result<S3Server, any Error> = Result { try S3Server() }

    static let bucket = "films"

    let port: Int
    private let process: Process
    private let input: Pipe

    var endpoint: String { "http://127.0.0.1:\(port)" }

    /// The interpreter that `scripts/test` sets up, and the files of the tests.
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let python: String = {
        let vendor =
            ProcessInfo.processInfo.environment["REELGATE_VENDOR_DIR"] ?? root.appending(path: ".vendor").path
        return "\(vendor)/tests/bin/python"
    }()

    static var credentials: AWSCredentials {
        AWSCredentials(accessKeyId: accessKey, secretAccessKey: secretKey)
    }

    init(token: String? = nil) throws {
        let (process, input, output) = (Process(), Pipe(), Pipe())
        process.executableURL = URL(filePath: Self.python)
        let script = Self.root.appending(path: "Tests/Fixtures/s3/server.py").path
        process.arguments = [script, Self.accessKey, Self.secretKey] + (token.map { [$0] } ?? [])
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var text = ""
        while !text.hasSuffix("\n") {
            let bytes = output.fileHandleForReading.availableData
            guard !bytes.isEmpty else { throw NotStarted() }
            text += String(decoding: bytes, as: UTF8.self)
        }
        guard let port = Int(text.dropLast()) else { throw NotStarted() }
        (self.process, self.input, self.port) = (process, input, port)
    }

    /// Again it changes nothing.
    func makeBucket() async throws {
        let request = AWSRequest(
            method: "PUT",
            scheme: "http",
            host: "127.0.0.1:\(port)",
            path: "/\(Self.bucket)"
        )
        let signer = AWSSigner(credentials: Self.credentials, region: "us-east-1", service: "s3")
        let headers = signer.headers(for: request, now: Int64(Date().timeIntervalSince1970))
        let client = HTTPClient(policy: .allowPrivateNetworks)
        let message = HTTPRequest(method: "PUT", url: request.url, headers: headers)
        let response = try await client.send(message)
        guard response.status == 200 else { throw NotStarted() }
    }

    deinit { kill(process.processIdentifier, SIGKILL) }

    struct NotStarted: Error, CustomStringConvertible {
        let description = "the S3 server of the tests did not start; run scripts/test, which installs it"
    }
}
