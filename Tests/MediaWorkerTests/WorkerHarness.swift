import Contracts
import Foundation
import Logging
import MediaWorker
import OutboundHTTP
import Signatures
import Testing

/// A worker on a free port beside a fake gateway, and the signed requests to it.
struct WorkerHarness: Sendable {
    let secret: WebhookSecret
    let gateway: FakeGateway
    let gatewayURL: String
    let url: String
    let client: OutboundHTTP.HTTPClient

    /// Runs `body` beside a worker with these handlers.
    static func run(
        handlers: [ProviderTask.Kind: any TaskHandler],
        slots: Int = 2,
        queuedMax: Int = 256,
        cacheBytesMax: Int64 = 1 << 30,
        _ body: @escaping @Sendable (WorkerHarness) async throws -> Void
    ) async throws {
        let secret = WebhookSecret.generate()
        let gateway = FakeGateway()
        let scratch = FileManager.default.temporaryDirectory.appending(path: "worker-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: scratch) }
        try await gateway.serve { gatewayURL in
            var configuration = WorkerConfiguration(
                scratchPath: scratch.path(percentEncoded: false),
                slots: slots,
                gateway: gatewayURL,
                secret: secret
            )
            configuration.queuedMax = queuedMax
            configuration.cacheBytesMax = cacheBytesMax
            configuration.retries = RetryDelays(delaysMs: [1, 1, 1, 1, 1])
            let (ports, portsInput) = AsyncStream<Int>.makeStream()
            let service = try WorkerService(
                configuration: configuration,
                handlers: handlers,
                logger: Logger(label: "worker") { _ in SwiftLogNoOpLogHandler() },
                onListening: { portsInput.yield($0) }
            )
            let client = HTTPClient(policy: .allowPrivateNetworks)
            defer { client.shutdown() }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await service.run() }
                group.addTask {
                    for await port in ports {
                        let harness = WorkerHarness(
                            secret: secret,
                            gateway: gateway,
                            gatewayURL: gatewayURL,
                            url: "http://127.0.0.1:\(port)",
                            client: client
                        )
                        return try await body(harness)
                    }
                }
                try await group.next()
                group.cancelAll()
            }
        }
    }

    /// A task of this gateway whose inputs are put there first.
    func task(
        _ kind: ProviderTask.Kind,
        inputs: [(name: String, data: Data)] = [],
        parameters: ProviderTask.Parameters = ProviderTask.Parameters(),
        seconds: TimeInterval = 120
    ) -> ProviderTask {
        ProviderTask(
            taskId: ResourceID.make(.task),
            attempt: 1,
            kind: kind,
            deadline: Date().addingTimeInterval(seconds),
            callbackUrl: "\(gatewayURL)/v1/callbacks/worker/token",
            uploadUrl: "\(gatewayURL)/v1/uploads/token",
            inputs: inputs.map { input in
                gateway.put(input.name, input.data)
                return ProviderTask.Input(
                    name: input.name,
                    url: "\(gatewayURL)/files/\(input.name)",
                    sha256: SHA256Digest.hex(input.data),
                    sizeBytes: Int64(input.data.count)
                )
            },
            parameters: parameters
        )
    }

    func dispatch(_ task: ProviderTask) async throws -> OutboundHTTP.HTTPResponse {
        try await send("POST", "/v1/tasks", body: [UInt8](WireJSON.encode(task)))
    }

    /// Sends a request with a good signature.
    func send(_ method: String, _ path: String, body: [UInt8] = []) async throws -> OutboundHTTP.HTTPResponse
    {
        let id = ResourceID.make(.callback)
        let now = Int64(Date().timeIntervalSince1970)
        let headers = [
            (name: WebhookHeaders.idName, value: id),
            (name: WebhookHeaders.timestampName, value: String(now)),
            (
                name: WebhookHeaders.signatureName,
                value: WebhookSignature.sign(id: id, timestamp: now, body: body, secret: secret)
            ),
        ]
        return try await client.send(
            OutboundHTTP.HTTPRequest(
                method: method,
                url: url + path,
                headers: headers,
                body: body.isEmpty && method == "GET" ? nil : body
            )
        )
    }

    func nextReport() async throws -> TaskReport {
        try #require(await gateway.nextReport(secret: secret))
    }

    func uploaded<Value: Decodable>(_ type: Value.Type, _ name: String) throws -> Value {
        try WireJSON.decode(type, from: #require(gateway.upload(name)))
    }
}

extension OutboundHTTP.HTTPResponse {
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try WireJSON.decode(type, from: Data(body))
    }
}
