import Contracts
import Pipeline
import Store

/// What a run has published so far, found by name.
struct RunArtifacts: Sendable {
    private let byName: [ArtifactName: ArtifactRecord]

    init(_ records: [ArtifactRecord]) {
        // Of two attempts of a stage the later one counts.
        byName = Dictionary(records.map { ($0.name, $0) }) { $0.attempt >= $1.attempt ? $0 : $1 }
    }

    func record(_ name: ArtifactName) throws(Problem) -> ArtifactRecord {
        guard let record = byName[name] else {
            throw Problem(.artifactMissing, detail: "Artifact '\(name)' is not there.", retryable: false)
        }
        try Self.check(record)
        return record
    }

    /// All artifacts of a kind that has one for each clip, in the order of the clips.
    func clips(_ kind: ArtifactKind, fileExtension: String? = nil) throws(Problem) -> [ArtifactRecord] {
        let found = byName.values
            .filter { record in
                record.name.kind == kind.rawValue && record.name.clip != nil
                    && (fileExtension == nil || record.name.fileExtension == fileExtension)
            }
            .sorted { $0.name.description < $1.name.description }
        guard !found.isEmpty else {
            throw Problem(
                .artifactMissing,
                detail: "There is no '\(kind.rawValue)' of any clip.",
                retryable: false
            )
        }
        for record in found { try Self.check(record) }
        return found
    }

    /// What was given up to retention must be made again, which no retry of the reader does.
    private static func check(_ record: ArtifactRecord) throws(Problem) {
        guard record.removedAt != nil else { return }
        throw Problem(
            .artifactRemoved,
            detail: "Artifact '\(record.name)' is not kept any more; reset stage '\(record.stage.rawValue)'."
        )
    }
}

extension ArtifactName {
    static let mediaFile = ArtifactName("media", fileExtension: "mp4")
    static let mediaInfo = ArtifactName("media")
    static let audioFile = ArtifactName("audio", fileExtension: "wav")
    static let audioInfo = ArtifactName("audio")
    static let transcript = ArtifactName("transcript")
    static let segments = ArtifactName("segments")
    static let plan = ArtifactName("plan")
    static let enhancementPlan = ArtifactName("enhancement-plan")
    static let prepared = ArtifactName("prepared")
    static let composition = ArtifactName("composition")

    static func clip(_ kind: ArtifactKind, _ clip: String, fileExtension: String = "json") -> ArtifactName {
        ArtifactName(kind.rawValue, clip: clip, fileExtension: fileExtension)
    }

    static func rendition(_ clip: String, _ ratio: AspectRatio, fileExtension: String) -> ArtifactName {
        ArtifactName("rendition", clip: clip, variant: ratio.slug, fileExtension: fileExtension)
    }
}
