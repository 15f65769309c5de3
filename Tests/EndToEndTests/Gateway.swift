import Contracts
import Foundation
import OutboundHTTP
import Signatures
import Testing

/// A real `reelgate serve` with its own data folder, worker and private Postgres.
final class Gateway {
    static let startSecondsMax = 60.0

    let folder: String
    let key = "rg_test_\(SecureRandom.token(byteCount: 24))"
    let secret = WebhookSecret.generate().reveal()
    private(set) var url = ""
    /// Settings of this gateway alone.
    var settings: [String: String] = [:]
    private var serve: Process?
    private var listener: Process?
    private let http = HTTPClient(policy: .allowPrivateNetworks)

    init() throws {
        folder = NSTemporaryDirectory() + "reelgate-e2e-\(UUID().uuidString.prefix(8).lowercased())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// Environment of every command that speaks to this gateway.
    var environment: [String: String] {
        [
            "REELGATE_BOOTSTRAP_API_KEY": key, "REELGATE_API_KEY": key, "REELGATE_DATA_DIR": folder,
            "REELGATE_ALLOW_PRIVATE_NETWORKS": "true", "REELGATE_VENDOR_DIR": Programs.vendor,
            "REELGATE_URL": url, "REELGATE_WEBHOOK_SECRET": secret,
        ]
        .merging(settings) { $1 }
    }

    var webhooksPath: String { "\(folder)/webhooks.jsonl" }

    /// Starts `serve`, on the same data folder and port when it was started before.
    func start() throws {
        let ready = "\(folder)/ready"
        try? FileManager.default.removeItem(atPath: ready)
        let port = url.split(separator: ":").last.map(String.init) ?? "0"
        serve = try spawn(["serve", "--port", port, "--ready-file", ready], log: "serve.log")
        try waitUntil("the gateway is ready", seconds: Self.startSecondsMax) {
            url = (try? String(contentsOfFile: ready, encoding: .utf8)) ?? ""
            return !url.isEmpty
        }
    }

    /// Subscribes `reelgate webhooks receive` to this gateway.
    func listen() throws {
        listener = try spawn(["webhooks", "receive", "--output", webhooksPath], log: "listen.log")
        try waitUntil("the subscriber listens", seconds: Self.startSecondsMax) {
            try webhookLines().contains { $0["listening"] != nil }
        }
    }

    /// Kills the gateway itself with signal 9; its worker and Postgres are left to themselves.
    func killServe() {
        guard let serve else { return }
        kill(serve.processIdentifier, SIGKILL)
        serve.waitUntilExit()
    }

    /// Kills the embedded worker with signal 9.
    func killWorker() throws {
        let parent = try #require(serve?.processIdentifier)
        kill(try #require(try Programs.child(of: parent, named: "reelgate-worker")), SIGKILL)
    }

    func get<Value: Decodable>(_ type: Value.Type, _ path: String) async throws -> Value {
        let response = try await send(HTTPRequest(url: url + path))
        try #require(response.status == 200, "\(path): \(String(decoding: response.body, as: UTF8.self))")
        return try WireJSON.decode(type, from: Data(response.body))
    }

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
        var request = request
        request.headers.append(("authorization", "Bearer \(key)"))
        return try await http.send(request)
    }

    /// Polls the run until `condition` holds.
    func run(_ id: String, seconds: Double, until condition: (RunView) -> Bool) async throws -> RunView {
        let end = Date().addingTimeInterval(seconds)
        while true {
            if let run = try? await get(RunView.self, "/v1/runs/\(id)"), condition(run) { return run }
            try #require(Date() < end, "run \(id) did not get there in \(seconds) s; see \(folder)/serve.log")
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    func webhookLines() throws -> [[String: Any]] {
        guard let text = try? String(contentsOfFile: webhooksPath, encoding: .utf8) else { return [] }
        return try text.split(separator: "\n").compactMap {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
    }

    func waitUntil(_ what: String, seconds: Double, _ condition: () throws -> Bool) throws {
        let end = Date().addingTimeInterval(seconds)
        while try !condition() {
            try #require(Date() < end, "waited \(seconds) s until \(what); see \(folder)")
            usleep(20_000)
        }
    }

    /// Stops everything that this fixture started and removes its folder.
    func stop() {
        for process in [listener, serve].compactMap(\.self) where process.isRunning {
            process.terminate()
            process.waitUntilExit()
        }
        http.shutdown()
        try? FileManager.default.removeItem(atPath: folder)
    }

    private func spawn(_ arguments: [String], log: String) throws -> Process {
        let path = "\(folder)/\(log)"
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seekToEnd()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Programs.reelgate)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardOutput = file
        process.standardError = file
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process
    }
}
