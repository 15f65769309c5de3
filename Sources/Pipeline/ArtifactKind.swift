/// Kind of a published artifact: the first part of its name.
package enum ArtifactKind: String, Sendable, Hashable, CaseIterable, Codable {
    case media
    case audio
    case transcript
    case segments
    case plan
    case enhancementPlan = "enhancement-plan"
    case clipMedia = "clip-media"
    case framing
    case audioPlan = "audio-plan"
    case enhancementBundle = "enhancement-bundle"
    case prepared
    case composition
    case rendition
    case qc
    case captions

    /// Whether a schema says what it holds; captions are files for players.
    package var hasSchema: Bool { self != .captions }
}
