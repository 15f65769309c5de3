import ArgumentParser
import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import Signatures

extension WebhooksCommand {
    /// A subscriber for development that is called by the gateway: receives, verifies, and shows.
    struct Receive: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Subscribes to a gateway, verifies each webhook that comes and prints a JSON line for it.",
            discussion: """
                Opens a port on the loopback address, creates an endpoint for it (the gateway must allow private
                networks), and deletes the endpoint at the end. A webhook that does not verify is answered 401.
                The endpoint's secret is REELGATE_WEBHOOK_SECRET, or a new one.
                """
        )

        @Option(help: "Port to listen on; 0 takes a free one.")
        var port = 0

        @Option(help: "Event types to subscribe to, separated by commas; all when left out.")
        var types: String?

        @Option(help: "File that each JSON line is also appended to.")
        var output: String?

        func run() async throws {
            let client = try GatewayClient(settings: Settings())
            defer { client.shutdown() }
            let secret = try GivenSecret.orNew()
            let port = try self.port == 0 ? FreePort.find() : self.port
            let log = ReceivedLog(path: output)
            let application = Application(
                router: Self.router(secret: secret, log: log),
                configuration: .init(address: .hostname("127.0.0.1", port: port)),
                onServerRunning: { _ in
                    let request = EndpointRequest(
                        url: "http://127.0.0.1:\(port)/",
                        eventTypes: types.map { $0.split(separator: ",").map(String.init) },
                        description: "reelgate webhooks receive",
                        secret: secret.reveal()
                    )
                    do {
                        let endpoint = try await client.post(
                            EndpointView.self,
                            "/v1/webhook-endpoints",
                            body: request
                        )
                        log.opened(endpoint)
                    } catch {
                        log.failed(error)
                    }
                },
                logger: Logger(label: "receive") { _ in SwiftLogNoOpLogHandler() }
            )
            try await application.runService()
            if let endpoint = log.endpoint {
                try await client.delete("/v1/webhook-endpoints/\(endpoint.id)")
            }
            if log.hasFailed { throw ExitCode(1) }
        }

        private static func router(secret: WebhookSecret, log: ReceivedLog) -> Router<BasicRequestContext> {
            let router = Router()
            router.post("/") { request, _ -> HTTPResponse.Status in
                let body = [UInt8](buffer: try await request.body.collect(upTo: ReceivedLog.bodyBytesMax))
                let headers = WebhookHeaders(
                    id: value(WebhookHeaders.idName, of: request),
                    timestamp: value(WebhookHeaders.timestampName, of: request),
                    signature: value(WebhookHeaders.signatureName, of: request)
                )
                let isVerified = log.receive(headers, body: body, secret: secret, now: Date())
                return isVerified ? .noContent : .unauthorized
            }
            return router
        }

        private static func value(_ name: String, of request: Request) -> String? {
            request.headers.first { $0.name.canonicalName == name }?.value
        }
    }
}
