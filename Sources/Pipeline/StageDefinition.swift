/// What one stage needs, makes, and who does it.
package struct StageDefinition: Sendable, Hashable {
    /// Part of the drawn graph that a stage belongs to.
    package enum Group: String, Sendable, Hashable {
        case ingest
        case plan
        case prepare
        case compose
        case render
    }

    /// Who runs the stage.
    package enum Performer: String, Sendable, Hashable {
        /// The gateway itself: JSON in, JSON out.
        case runtime
        /// A media worker, always the embedded contract.
        case worker
        /// Delegated; the run or the configuration chooses the provider.
        case transcription
        case vision
        case render
    }

    package let stage: Stage
    package let group: Group
    package let requires: [Stage]
    package let publishes: [ArtifactKind]
    package let performer: Performer
    /// Version of the stage's contract; a part of its fingerprint.
    package let contractVersion: Int

    package init(
        _ stage: Stage,
        group: Group,
        requires: [Stage],
        publishes: [ArtifactKind],
        performer: Performer,
        contractVersion: Int = 1
    ) {
        self.stage = stage
        self.group = group
        self.requires = requires
        self.publishes = publishes
        self.performer = performer
        self.contractVersion = contractVersion
    }
}
