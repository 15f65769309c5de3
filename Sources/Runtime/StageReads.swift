import Contracts
import Pipeline
import Store

/// Which artifacts, options and style fields each stage reads: what its fingerprint is made of.
///
/// The stages 01 to 04, 06 to 08 and 10 never read the style, so a rerun with another style keeps them.
enum StageReads {
    /// The artifacts that a stage reads; for the source see `RunRecord.asset`.
    static func artifacts(
        of stage: Stage,
        in artifacts: RunArtifacts,
        clip: String? = nil
    ) throws(Problem) -> [ArtifactRecord] {
        switch stage {
        case .transcode: []
        case .transcribe: [try artifacts.record(.audioFile)]
        case .segment:
            [
                try artifacts.record(.mediaFile), try artifacts.record(.audioFile),
                try artifacts.record(.transcript),
            ]
        case .plan: [try artifacts.record(.transcript), try artifacts.record(.segments)]
        case .enhancePlan: [try artifacts.record(.plan), try artifacts.record(.transcript)]
        case .prepareMedia: [try artifacts.record(.mediaFile), try artifacts.record(.plan)]
        case .framing: [try artifacts.record(.segments)] + (try artifacts.clips(.clipMedia))
        case .audioPlan:
            [try artifacts.record(.segments), try artifacts.record(.transcript)]
                + (try artifacts.clips(.clipMedia))
        case .enhanceBuild:
            [
                try artifacts.record(.enhancementPlan), try artifacts.record(.plan),
                try artifacts.record(.transcript),
            ]
        case .prepareFinalize:
            try artifacts.clips(.clipMedia, fileExtension: "json") + artifacts.clips(.framing)
                + artifacts.clips(.audioPlan)
        case .compose:
            [
                try artifacts.record(.plan), try artifacts.record(.transcript),
                try artifacts.record(.prepared),
            ] + (try artifacts.clips(.enhancementBundle))
        case .render:
            if let clip {
                [try artifacts.record(.clip(.clipMedia, clip, fileExtension: "mp4"))]
            } else {
                [try artifacts.record(.composition)] + (try artifacts.clips(.clipMedia, fileExtension: "mp4"))
            }
        }
    }

    /// The options and style fields that a stage reads, each as canonical JSON.
    static func options(
        of stage: Stage,
        run: RunRecord,
        configuration: RuntimeConfiguration
    ) throws -> [String: String] {
        let shorts = run.options.shorts
        switch stage {
        case .transcode: return ["duration_ms_max": String(configuration.sourceDurationMsMax)]
        case .transcribe:
            var options = ["language": try json(run.options.language)]
            if let file = run.provided?.transcript { options["provided"] = file.sha256 }
            return options
        case .plan:
            if let moments = run.provided?.moments {
                return [
                    "moments": try json(moments), "min_duration_ms": try json(shorts.minDurationMs),
                    "max_duration_ms": try json(shorts.maxDurationMs),
                    "keywords": try json(shorts.keywords),
                ]
            }
            return [
                "target_count": try json(shorts.targetCount), "max_count": try json(shorts.maxCount),
                "min_duration_ms": try json(shorts.minDurationMs),
                "max_duration_ms": try json(shorts.maxDurationMs), "keywords": try json(shorts.keywords),
                "range_ms": try json(shorts.rangeMs), "exclude_ranges_ms": try json(shorts.excludeRangesMs),
            ]
        case .framing: return ["aspect_ratios": try json(framedRatios)]
        case .enhancePlan, .enhanceBuild: return ["style": try json(run.style)]
        case .compose, .render:
            return ["style": try json(run.style), "aspect_ratios": try json(ratios(of: run))]
        case .segment, .prepareMedia, .audioPlan, .prepareFinalize: return [:]
        }
    }

    /// Framing looks at every ratio, so that a rerun with other ratios need not look again.
    static let framedRatios = AspectRatio.allCases

    /// The ratios that a run's shorts are rendered in.
    static func ratios(of run: RunRecord) -> [AspectRatio] {
        let asked = run.options.shorts.aspectRatios ?? []
        return asked.isEmpty ? AspectRatio.allCases : asked
    }

    private static func json(_ value: some Encodable) throws -> String {
        String(decoding: try WireJSON.encode(value), as: UTF8.self)
    }
}
