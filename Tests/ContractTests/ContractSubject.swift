import Contracts
import Foundation
import Pipeline
import Testing

/// One contract: its schema, its example and the Swift type behind both.
struct ContractSubject: Sendable, CustomTestStringConvertible {
    let name: String
    let schema: String
    let example: String
    /// Further ones, where one cannot show every member.
    let others: [String]
    /// Decodes and encodes again.
    let roundTrip: @Sendable (Data) throws -> Data

    var testDescription: String { name }

    init<Value: Codable & SendableMetatype>(
        _ name: String,
        schema: String,
        example: String,
        others: [String] = [],
        _ type: Value.Type
    ) {
        self.name = name
        self.schema = schema
        self.example = example
        self.others = others
        roundTrip = { try WireJSON.encodePretty(WireJSON.decode(Value.self, from: $0)) }
    }

    static func artifact(_ kind: ArtifactKind) -> ContractSubject {
        switch kind {
        case .media: artifact(kind, MediaInfo.self)
        case .audio: artifact(kind, AudioInfo.self)
        case .transcript: artifact(kind, Transcript.self)
        case .segments: artifact(kind, Segments.self)
        case .plan: artifact(kind, Plan.self)
        case .enhancementPlan: artifact(kind, EnhancementPlan.self)
        case .clipMedia: artifact(kind, ClipMedia.self)
        case .framing: artifact(kind, Framing.self)
        case .audioPlan: artifact(kind, AudioPlan.self)
        case .enhancementBundle: artifact(kind, EnhancementBundle.self)
        case .prepared: artifact(kind, Prepared.self)
        case .composition: artifact(kind, Composition.self)
        case .rendition: artifact(kind, Rendition.self)
        case .qc: artifact(kind, QualityReport.self)
        case .captions: preconditionFailure("captions are files for players")
        }
    }

    /// The artifacts that look different where two faces are shown one above the other.
    private static let stacked: Set<ArtifactKind> = [.framing, .prepared, .composition]

    private static func artifact<Value: Codable & SendableMetatype>(
        _ kind: ArtifactKind,
        _ type: Value.Type
    ) -> ContractSubject {
        ContractSubject(
            kind.rawValue,
            schema: "contracts/artifacts/\(kind.rawValue).schema.json",
            example: "contracts/examples/artifacts/\(kind.rawValue).json",
            others: stacked.contains(kind) ? ["contracts/examples/stacked/\(kind.rawValue).json"] : [],
            type
        )
    }

    static let style = ContractSubject(
        "style",
        schema: "contracts/style.schema.json",
        example: "contracts/examples/style.json",
        StyleDocument.self
    )
    static let builtInStyle = ContractSubject(
        "built-in style",
        schema: "contracts/style.schema.json",
        example: "Sources/Styles/BuiltIn/default.json",
        StyleDocument.self
    )

    static let remotionInput = ContractSubject(
        "remotion-input",
        schema: "contracts/remotion-input.schema.json",
        example: "contracts/examples/remotion-input.json",
        others: [
            "contracts/examples/remotion-input-tightened.json",
            "contracts/examples/stacked/remotion-input.json",
        ],
        RemotionInput.self
    )

    static let visionRequest = ContractSubject(
        "vision-request",
        schema: "contracts/vision-request.schema.json",
        example: "contracts/examples/vision-request.json",
        VisionRequest.self
    )

    static let visionReport = ContractSubject(
        "vision-report",
        schema: "contracts/vision-report.schema.json",
        example: "contracts/examples/vision-report.json",
        others: ["contracts/examples/vision-report-failed.json"],
        VisionReport.self
    )

    static let all =
        ArtifactKind.allCases.filter(\.hasSchema).map(artifact) + [
            style, builtInStyle, remotionInput, visionRequest, visionReport,
        ]

    var examples: [String] { [example] + others }
}
