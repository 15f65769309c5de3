import Contracts
import Foundation
import LoopbackSupport
import Signatures
import Testing

@testable import Providers

@Suite struct RemotionCallbackTests {
    private let provider = RemotionProvider(
        settings: RemotionSettings(
            credentials: AWSCredentials(accessKeyId: "AKID", secretAccessKey: "s"),
            region: "eu-west-1",
            functionName: "f",
            serveURL: "s",
            bucket: FakeRemotion.bucket
        ),
        client: RenderBench.client,
        meter: ProviderMeter()
    )

    static let fixtures: [(String, String?)] = [
        ("success", nil), ("error", nil), ("timeout", nil), ("demo", "demonstration"),
        ("unsigned", "hexadecimal"), ("contradiction", "different ends"), ("mismatch", "does not match"),
    ]

    @Test(arguments: fixtures)
    func `a callback is believed when it is signed, and says the same in both places`(
        name: String,
        doubt: String?
    ) throws {
        let callback = try RenderBench.Callback("remotion/\(name).json")

        switch provider.verify(callback.incoming()) {
        case .verified(let id, let trust):
            #expect(doubt == nil && trust == .signed)
            #expect(id == "sha256-\(SHA256Digest.hex(Array(callback.body.utf8)))")
        case .rejected(let reason): #expect(doubt.map { reason.contains($0) } == true, "\(reason)")
        case .settled, .undecided: Issue.record("it is neither believed nor refused")
        }
        #expect(!callback.note.isEmpty)
    }

    @Test func `the code is the one of Remotion's own helpers`() {
        let body = Array(#"{"type":"success","renderId":"r1"}"#.utf8)
        let code =
            "8b518d1e9f440e45a02cdd6a32ec6d0e54910b08d58707177d2a0e87fa863480"
            + "054527bb8165510080dcaaab6da2071f76fb2688e5440eefa855dd7be6481647"
        let incoming = IncomingCallback(
            headers: CallbackHeaders([
                ("X-Remotion-Signature", "sha512=\(code)"), ("X-Remotion-Mode", "production"),
                ("X-Remotion-Status", "success"),
            ]),
            body: body,
            secret: Secret("sekrit")
        )

        #expect(
            provider.verify(incoming)
                == .verified(messageId: "sha256-\(SHA256Digest.hex(body))", trust: .signed)
        )
    }

    @Test func `no fixture is left out`() throws {
        let folder = RenderBench.root.appending(path: "webhooks/callbacks/remotion").path
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(Set(names) == Set(Self.fixtures.map { "\($0.0).json" }))
    }

    @Test func `without a secret of the task's nothing is believed`() throws {
        let callback = try RenderBench.Callback("remotion/success.json")

        for secret in [nil, Secret(""), Secret("another")] {
            guard case .rejected = provider.verify(callback.incoming(secret: secret)) else {
                Issue.record("believed with \(secret == nil ? "none" : "another")")
                return
            }
        }
    }

    @Test(arguments: ["x-remotion-signature", "x-remotion-mode", "x-remotion-status"])
    func `a header that is missing is a reason to refuse`(name: String) throws {
        let callback = try RenderBench.Callback("remotion/success.json")
        let incoming = IncomingCallback(
            headers: CallbackHeaders(callback.headers.filter { $0.key != name }.map { ($0.key, $0.value) }),
            body: Array(callback.body.utf8),
            secret: RenderBench.secret
        )

        guard case .rejected = provider.verify(incoming) else {
            Issue.record("believed")
            return
        }
    }

    @Test func `a changed byte breaks the signature`() throws {
        let callback = try RenderBench.Callback("remotion/success.json")
        let incoming = IncomingCallback(
            headers: CallbackHeaders(callback.headers.map { ($0.key, $0.value) }),
            body: Array(callback.body.replacing("7-days-r1", with: "7-days-r2").utf8),
            secret: RenderBench.secret
        )

        #expect(provider.verify(incoming) == .rejected(reason: "signature does not match"))
    }

    @Test(arguments: ["", "[]", "{}", #"{"type":"success"}"#, #"{"type":"success","renderId":"../r"}"#])
    func `what is signed and names no render is refused`(body: String) {
        let code = HMACCode.make(
            of: Array(body.utf8),
            key: Array(RenderBench.secret.reveal().utf8),
            using: .sha512
        )
        let incoming = IncomingCallback(
            headers: CallbackHeaders([
                ("x-remotion-signature", "sha512=\(Hex.encode(code))"), ("x-remotion-mode", "production"),
                ("x-remotion-status", "success"),
            ]),
            body: Array(body.utf8),
            secret: RenderBench.secret
        )

        #expect(provider.verify(incoming) == .rejected(reason: "it names no render"))
    }

    @Test func `the same bytes have the same id, so that a repeated callback is known`() throws {
        let callback = try RenderBench.Callback("remotion/success.json")

        #expect(provider.verify(callback.incoming()) == provider.verify(callback.incoming()))
    }

    @Test func `only a task of one render has the id that a callback names`() throws {
        let callback = try RenderBench.Callback("remotion/success.json")
        func id(_ body: String) -> String? {
            provider.externalId(told: ToldCallback(trust: .signed, body: Array(body.utf8)))
        }

        #expect(id(callback.body) == "\(FakeRemotion.bucket):9x16=7-days-r1")
        #expect(id(callback.body.replacing(#""of":1"#, with: #""of":3"#)) == nil)
        #expect(id(callback.body.replacing("9x16", with: "4x5")) == nil)
        #expect(id("no JSON") == nil)
    }
}
