import Contracts
import Foundation
import OutboundHTTP
import Signatures
import Testing

@testable import Providers

/// What the tests of render adapters share.
enum RenderBench {
    static let secret = Secret("s3cr3t-of-one-task")
    static let callbackURL = "https://gw.example/v1/callbacks/bench/t0k3n"
    /// In whole seconds, so that it is the same as a time of S3.
    static let time = Date(timeIntervalSince1970: 1_796_116_200)
    static let client = HTTPClient(policy: .allowPrivateNetworks)

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    static func data(_ path: String) throws -> Data { try Data(contentsOf: root.appending(path: path)) }

    /// The short of the contract's own example, in all three ratios.
    static func exampleShort() throws -> Composition.Short {
        try WireJSON.decode(Composition.self, from: data("contracts/examples/artifacts/composition.json"))
            .shorts[0]
    }

    /// The example's short without what only some services do.
    static func short() throws -> Composition.Short {
        var short = try exampleShort()
        short.branding = nil
        short.captionStyle.animation = nil
        short.captionStyle.backgroundColor = nil
        return short
    }

    /// The task of a short, in so many of its ratios.
    static func task(
        ratios: Int = 3,
        _ change: (inout Composition.Short) -> Void = { _ in }
    ) throws -> ProviderTask {
        let example = try WireJSON.decode(
            RemotionInput.self,
            from: data("contracts/examples/remotion-input.json")
        )
        var short = try short()
        short.canvases = Array(short.canvases.prefix(ratios))
        change(&short)
        let digest = String(repeating: "a", count: 64)
        let clip = ProviderTask.Input(
            name: "clip-media/\(short.clip).mp4",
            url: example.clipUrl,
            sha256: digest,
            sizeBytes: 9
        )
        let images = example.images.map { image in
            ProviderTask.Input(
                name: "asset/\(image.assetSha256).png",
                url: image.url,
                sha256: image.assetSha256,
                sizeBytes: 9
            )
        }
        let sounds = short.assets.filter { $0.kind == .sound }.map { sound in
            ProviderTask.Input(
                name: sound.inputName,
                url: example.musicUrl ?? "",
                sha256: sound.sha256,
                sizeBytes: 9
            )
        }
        return ProviderTask(
            taskId: "tsk_1",
            attempt: 1,
            kind: .render,
            deadline: time,
            callbackUrl: callbackURL,
            uploadUrl: "https://gw.example/v1/uploads/t0k3n",
            inputs: [clip] + images + sounds,
            parameters: ProviderTask.Parameters(short: short),
            outputId: "out_1"
        )
    }

    static func hosted(
        ratios: Int = 3,
        _ change: (inout Composition.Short) -> Void = { _ in }
    ) throws -> HostedShort {
        try HostedShort(task(ratios: ratios, change), provider: "bench")
    }

    static func reference(_ externalId: String, attempt: Int = 1) -> TaskReference {
        TaskReference(taskId: "tsk_1", attempt: attempt, externalId: externalId, outputId: "out_1")
    }

    /// A callback of `webhooks/callbacks`.
    struct Callback: Decodable {
        var headers: [String: String]
        var body: String
        var note: String

        init(_ path: String) throws {
            self = try JSONDecoder().decode(Self.self, from: data("webhooks/callbacks/\(path)"))
        }

        func incoming(secret: Secret? = secret) -> IncomingCallback {
            IncomingCallback(
                headers: CallbackHeaders(headers.map { ($0.key, $0.value) }),
                body: Array(body.utf8),
                secret: secret
            )
        }
    }
}

/// A body of the tests that is too long to be shown among the arguments of one.
enum LongBody {
    static let name = "(longer than is read)"

    /// The body that is meant.
    static func meant(_ body: String, beyond bytes: Int = ProviderCall.receiptBytesMax) -> String {
        body == name ? String(repeating: " ", count: bytes + 1) : body
    }
}

/// JSON that is compared without regard to the order of members.
struct AnyJSON: Equatable, CustomStringConvertible {
    let object: NSObject

    init(_ bytes: some Sequence<UInt8>) throws {
        let value = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
        object = try #require(value as? NSObject)
    }

    static func == (left: AnyJSON, right: AnyJSON) -> Bool { left.object.isEqual(right.object) }

    var description: String { "\(object)" }
}

extension SubmitResult {
    /// The case alone.
    var word: String {
        switch self {
        case .accepted: "accepted"
        case .made: "made"
        case .busy: "busy"
        case .refused: "refused"
        case .unreachable: "unreachable"
        case .unknownOutcome: "unknown outcome"
        }
    }

    var problem: Problem? {
        switch self {
        case .refused(let problem), .unreachable(let problem), .unknownOutcome(let problem): problem
        case .accepted, .made, .busy: nil
        }
    }
}

extension PollResult {
    /// The case alone, and of a report its state.
    var word: String {
        switch self {
        case .report(let report): report.state.rawValue
        case .made: "made"
        case .unusable: "unusable"
        case .forgotten: "forgotten"
        case .unreachable: "unreachable"
        }
    }

    var problem: Problem? {
        switch self {
        case .report(let report): report.error
        case .unusable(let problem), .unreachable(let problem, _): problem
        case .made, .forgotten: nil
        }
    }

    var files: [RenderedFile] {
        guard case .made(.renditions(let files)) = self else { return [] }
        return files
    }
}
