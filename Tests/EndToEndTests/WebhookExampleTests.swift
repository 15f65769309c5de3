import Contracts
import Foundation
import OutboundHTTP
import Testing

/// The receivers of `webhooks/examples`, in front of a gateway.
@Suite struct WebhookExampleTests {
    private static let folder = "\(Programs.root)/webhooks/examples"

    @Test func `the guide shows the examples as they are`() throws {
        let guide = try String(contentsOfFile: "\(Programs.root)/webhooks/README.md", encoding: .utf8)

        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder).sorted()
        #expect(names == ["Receiver.swift", "receiver.go", "receiver.py", "receiver.ts", "verify.sh"])
        for name in names {
            let text = try String(contentsOfFile: "\(Self.folder)/\(name)", encoding: .utf8)
            #expect(guide.contains("\n\(text)```"), "\(name)")
        }
    }

    @Test func `the receivers take what is genuine once, and nothing else`() async throws {
        let gateway = try Gateway()
        defer { gateway.stop() }
        try gateway.start()
        let programs = [
            (Subscriber.python, ["\(Self.folder)/receiver.py"]),
            (try Subscriber.node(), ["--no-warnings", "\(Self.folder)/receiver.ts"]),
        ]
        for (program, arguments) in programs {
            let subscriber = try Subscriber(program, arguments, secret: gateway.secret)
            do {
                let id = try await exercise(subscriber, gateway)
                let printed = try subscriber.stop()
                #expect(printed == "webhook.test \(id)\n", "\(program)")
            } catch {
                Issue.record("\(program) printed: \(try subscriber.stop())")
                throw error
            }
        }
    }

    /// Where the example in Swift judges otherwise than the vectors: it knows neither key pairs nor another tolerance, and
    /// reads longer headers.
    private static let otherVerdicts = [
        "C as it is", "C: v1 and v1a together, checked with the public key",
        "rotation: an old and a new key pair", "a tolerance of 10 s, 11 s old",
        "a tolerance of 0 s, 1 s ahead", "a header of 4097 bytes",
    ]

    @Test func `the example in Swift compiles, and judges messages as the vectors do`() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "receiver-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let fixtures = "\(Programs.root)/Tests/Fixtures/receiver"
        let libcrypto = ["-I", "\(Programs.root)/Sources/CLibcrypto"]
        func compile(_ arguments: [String]) throws {
            try Programs.run(
                "/usr/bin/env",
                ["swiftc", "-swift-version", "6", "-warnings-as-errors"] + libcrypto + arguments
            )
        }

        try compile(
            [
                "-parse-as-library", "-emit-library", "-static", "-emit-module", "-module-name", "Crypto",
                "-emit-module-path", "\(folder)/Crypto.swiftmodule", "-o", "\(folder)/libCrypto.a",
                "\(fixtures)/Crypto.swift",
            ]
        )
        try compile(
            [
                "-I", folder, "-L", folder, "-lCrypto", "-o", "\(folder)/receiver",
                "\(Self.folder)/Receiver.swift", "\(fixtures)/main.swift",
            ]
        )
        let vectors = "\(Programs.root)/webhooks/signatures/vectors.json"
        let printed = try Programs.run("\(folder)/receiver", [vectors]).split(separator: "\n")
            .map(String.init)

        #expect(printed.dropLast() == Self.otherVerdicts[...])
        #expect(printed.last.flatMap { Int($0) } ?? 0 >= 50)
    }

    /// Has a message delivered twice and a false one refused, and returns the message's id.
    private func exercise(_ subscriber: Subscriber, _ gateway: Gateway) async throws -> String {
        let client = HTTPClient(policy: .allowPrivateNetworks)
        defer { client.shutdown() }
        let forged = HTTPRequest(
            method: "POST",
            url: subscriber.url,
            headers: [
                ("webhook-id", "msg_1"), ("webhook-timestamp", "\(Int(Date().timeIntervalSince1970))"),
                ("webhook-signature", "v1,\(Data(count: 32).base64EncodedString())"),
            ],
            body: Array("{}".utf8)
        )
        let end = Date().addingTimeInterval(120)
        var status: Int?
        while status == nil {
            // Not there yet: refused.
            status = try? await client.send(forged).status
            try #require(Date() < end, "the receiver does not answer")
            if status == nil { try await Task.sleep(for: .milliseconds(50)) }
        }
        #expect(status == 401)
        let body = #"{"url": "\#(subscriber.url)", "secret": "\#(gateway.secret)"}"#
        let endpoint = try await gateway.call(
            "POST",
            "/v1/webhook-endpoints",
            body,
            status: 201,
            as: EndpointView.self
        )
        let id = try await gateway.sendTest(to: endpoint.id)
        let path = "/v1/webhook-endpoints/\(endpoint.id)/deliveries"
        while true {
            let deliveries = try await gateway.get(Page<DeliveryView>.self, path).data
            let attempts = deliveries.first?.attempts.map(\.outcome) ?? []
            if attempts == ["delivered", "delivered"] { return id }
            if attempts == ["delivered"], deliveries.first?.state == "delivered" {
                try await gateway.call(
                    "POST",
                    "/v1/webhook-messages/\(id)/replay",
                    status: 202,
                    as: ReplayView.self
                )
            }
            try #require(Date() < end, "not delivered: \(deliveries)")
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    @Test func `bash and openssl tell a genuine message from others`() async throws {
        let gateway = try Gateway()
        defer { gateway.stop() }
        try gateway.start()
        try gateway.listen()
        let line = try gateway.webhookLines().first { $0["listening"] != nil }
        let message = try await gateway.receiveTest(at: try #require(line?["endpoint_id"] as? String))
        let (headers, body) = ("\(gateway.folder)/headers", "\(gateway.folder)/body")
        try message.headers.write(toFile: headers, atomically: true, encoding: .utf8)
        func outcome(_ text: String, secret: String) throws -> (code: Int32, output: String) {
            try text.write(toFile: body, atomically: true, encoding: .utf8)
            return try Programs.outcome(
                "/bin/bash",
                ["\(Self.folder)/verify.sh", headers, body],
                environment: ["REELGATE_WEBHOOK_SECRET": secret]
            )
        }
        #expect(try outcome(message.body, secret: gateway.secret) == (0, "verified\n"))
        let unpadded = gateway.secret.replacing("=", with: "")
        #expect(unpadded != gateway.secret)
        #expect(try outcome(message.body, secret: unpadded) == (0, "verified\n"))
        #expect(try outcome(message.body + " ", secret: gateway.secret).code == 1)
        let other = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
        #expect(try outcome(message.body, secret: other).code == 1)
        try message.headers.replacing("webhook-timestamp: ", with: "webhook-timestamp: 1").write(
            toFile: headers,
            atomically: true,
            encoding: .utf8
        )
        #expect(try outcome(message.body, secret: gateway.secret).code == 1)
    }
}
