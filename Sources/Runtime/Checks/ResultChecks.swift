import Contracts
import Pipeline
import Store

/// Reads the JSON results of a task and holds them against each other and against what they were made from.
struct ResultChecks: Sendable {
    /// What the results say that the records keep.
    struct Findings: Sendable {
        var warnings: [Warning] = []
        var qc: QualityReport?
        var renditions: [NewRendition] = []
        var media: AssetView.Media?
    }

    let subject: SettleSubject
    /// Of a render task.
    let ratios: GivenRatios

    func check() async throws -> Findings {
        switch subject.stage {
        case .transcode: return try await transcode()
        case .transcribe: return try await transcribe()
        case .segment: return try await segment()
        case .prepareMedia: return try await prepareMedia()
        case .framing: return try await framing()
        case .audioPlan: return try await audioPlan()
        case .render: return try await render()
        case .plan, .enhancePlan, .enhanceBuild, .prepareFinalize, .compose: return Findings()
        }
    }

    private func transcode() async throws -> Findings {
        let media = try await subject.read(MediaInfo.self, .mediaInfo)
        let audio = try await subject.read(AudioInfo.self, .audioInfo)
        try ArtifactChecks.media(
            media,
            audio: audio,
            durationMsMax: subject.context.configuration.sourceDurationMsMax
        )
        return Findings(warnings: media.warnings, media: AssetView.Media(ofSourceOf: media))
    }

    private func transcribe() async throws -> Findings {
        let transcript = try await subject.read(Transcript.self, .transcript)
        let audio = try await subject.readPublished(AudioInfo.self, .audioInfo)
        try ArtifactChecks.transcript(transcript, audio: audio)
        return Findings(warnings: transcript.warnings)
    }

    private func segment() async throws -> Findings {
        let segments = try await subject.read(Segments.self, .segments)
        let media = try await subject.readPublished(MediaInfo.self, .mediaInfo)
        try ArtifactChecks.segments(segments, media: media)
        return Findings(warnings: segments.warnings)
    }

    private func prepareMedia() async throws -> Findings {
        for moment in try await subject.readPublished(Plan.self, .plan).moments {
            let clip = try await subject.read(ClipMedia.self, .clip(.clipMedia, moment.clip))
            try ArtifactChecks.clipMedia(clip, moment: moment)
        }
        return Findings()
    }

    private func framing() async throws -> Findings {
        var findings = Findings()
        for record in try subject.artifacts.clips(.clipMedia, fileExtension: "json") {
            let media = try await subject.context.readJSON(ClipMedia.self, record)
            let framing = try await subject.read(Framing.self, .clip(.framing, media.clip))
            try ArtifactChecks.framing(framing, media: media, ratios: StageReads.framedRatios)
            findings.warnings += framing.warnings
        }
        return findings
    }

    private func audioPlan() async throws -> Findings {
        var findings = Findings()
        for record in try subject.artifacts.clips(.clipMedia, fileExtension: "json") {
            let media = try await subject.context.readJSON(ClipMedia.self, record)
            let plan = try await subject.read(AudioPlan.self, .clip(.audioPlan, media.clip))
            try ArtifactChecks.audioPlan(plan, media: media)
            findings.warnings += plan.warnings
        }
        return findings
    }

    private func render() async throws -> Findings {
        guard let output = subject.output else { return Findings() }
        var findings = Findings()
        for ratio in ratios.given {
            let name = ArtifactName.rendition(output.clip, ratio, fileExtension: "json")
            let rendition = try await subject.read(Rendition.self, name)
            try ArtifactChecks.rendition(
                rendition,
                clip: output.clip,
                ratio: ratio,
                durationMs: output.details.durationMs
            )
            findings.renditions.append(
                NewRendition(
                    aspectRatio: ratio,
                    artifactName: .rendition(output.clip, ratio, fileExtension: "mp4"),
                    thumbnailName: .rendition(output.clip, ratio, fileExtension: "jpg"),
                    width: rendition.width,
                    height: rendition.height,
                    durationMs: rendition.durationMs
                )
            )
        }
        let qc = try await subject.read(QualityReport.self, .clip(.qc, output.clip))
        try ArtifactChecks.quality(qc, clip: output.clip, missing: ratios.missing)
        findings.qc = qc
        findings.warnings = ratios.missing.map { ratio in
            let reason = qc.checks.first { $0.tellsMissing(ratio) }?.detail ?? ""
            return Warning(
                code: Self.missingCode,
                detail: "The short has no \(ratio.rawValue) file: \(reason).",
                clip: output.clip
            )
        }
        return findings
    }

    /// Code of the warning that a short lacks a ratio.
    private static let missingCode = "ratio-missing"
}

extension QualityReport.Check {
    /// Whether it says that this ratio could not be made.
    func tellsMissing(_ ratio: AspectRatio) -> Bool {
        name == QualityReport.renderedCheck && aspectRatio == ratio && !passed
    }
}

extension AssetView.Media {
    /// What a transcode tells of the source that it was made from.
    init(ofSourceOf media: MediaInfo) {
        let original = media.original
        self.init(
            container: original.container,
            durationMs: original.durationMs ?? media.durationMs,
            video: original.video ?? media.video,
            audio: original.audio ?? media.audio
        )
    }
}
