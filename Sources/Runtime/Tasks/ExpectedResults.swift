import Contracts
import Pipeline
import Providers
import Store

/// The names that a task of a stage has to give.
struct ExpectedResults: Sendable {
    let subject: SettleSubject
    /// Of a render task.
    let ratios: [AspectRatio]

    func names() async throws -> [ArtifactName] {
        switch subject.stage {
        case .transcode: [.mediaFile, .mediaInfo, .audioFile, .audioInfo]
        case .transcribe: [.transcript]
        case .segment: [.segments]
        case .prepareMedia:
            try await subject.readPublished(Plan.self, .plan).moments.flatMap { moment in
                [
                    ArtifactName.clip(.clipMedia, moment.clip, fileExtension: "mp4"),
                    ArtifactName.clip(.clipMedia, moment.clip),
                ]
            }
        case .framing: try clips().map { .clip(.framing, $0) }
        case .audioPlan: try clips().map { .clip(.audioPlan, $0) }
        case .render: try render()
        case .plan, .enhancePlan, .enhanceBuild, .prepareFinalize, .compose: []
        }
    }

    private func clips() throws -> [String] {
        try subject.artifacts.clips(.clipMedia, fileExtension: "json").compactMap(\.name.clip)
    }

    private func render() throws -> [ArtifactName] {
        guard let clip = subject.output?.clip else {
            throw Problem(.internalError, detail: "The render task has no short.", retryable: false)
        }
        // Nobody makes thumbnails of what a hosted provider rendered.
        let isHosted = subject.context.providers[subject.task.provider]?.callbackMeaning == .signals
        return ratios.flatMap { ratio in
            (isHosted ? ["mp4", "json"] : ["mp4", "json", "jpg"]).map {
                .rendition(clip, ratio, fileExtension: $0)
            }
        } + [.clip(.qc, clip)]
    }
}
