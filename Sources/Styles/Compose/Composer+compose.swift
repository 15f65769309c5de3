package import Contracts

extension Composer {
    /// One self-contained payload per moment of the plan, best first.
    package static func compose(
        plan: Plan,
        transcript: Transcript,
        prepared: Prepared,
        bundles: [EnhancementBundle],
        ratios: [AspectRatio],
        pin: StylePin
    ) throws(Problem) -> Composition {
        var shorts: [Composition.Short] = []
        for moment in plan.moments {
            guard let clip = prepared.clips.first(where: { $0.media.clip == moment.clip }) else {
                throw Problem(
                    .artifactMissing,
                    detail: "\(moment.clip) of the plan is not among the prepared clips."
                )
            }
            guard let bundle = bundles.first(where: { $0.clip == moment.clip }) else {
                throw Problem(
                    .artifactMissing,
                    detail: "\(moment.clip) of the plan has no enhancement bundle."
                )
            }
            guard bundle.style == pin else {
                throw Problem(
                    .artifactInvalid,
                    detail: "The bundle of \(moment.clip) was made for style \(bundle.style.package) "
                        + "version \(bundle.style.version), not for \(pin.package) version \(pin.version)."
                )
            }
            let words = transcript.words.dropFirst(moment.firstWord).prefix(
                max(0, moment.lastWord - moment.firstWord + 1)
            )
            shorts.append(try short(moment, clip, bundle, words: Array(words), ratios: ratios))
        }
        return Composition(style: pin, shorts: shorts, warnings: prepared.warnings)
    }

    private static func short(
        _ moment: Plan.Moment,
        _ clip: Prepared.Clip,
        _ bundle: EnhancementBundle,
        words: [Transcript.Word],
        ratios: [AspectRatio]
    ) throws(Problem) -> Composition.Short {
        let media = clip.media
        guard abs(media.sourceStartMs - moment.startMs) <= durationToleranceMs,
            abs(media.durationMs - (moment.endMs - moment.startMs)) <= durationToleranceMs
        else {
            throw Problem(
                .artifactInvalid,
                detail: "\(moment.clip) was planned at \(moment.startMs) to \(moment.endMs) ms and cut at "
                    + "\(media.sourceStartMs) to \(media.sourceEndMs) ms."
            )
        }
        let (audio, audioWarnings) = sound(clip.audio, bundle.audio)
        var canvases: [Composition.Canvas] = []
        var layoutWarnings: [Warning] = []
        for ratio in ratios {
            let (canvas, warning) = try canvas(ratio, clip, bundle.layout)
            canvases.append(canvas)
            if let warning { layoutWarnings.append(warning) }
        }
        let (kept, cutWarnings) = tightened(moment, clip, bundle.audio.tighten, words: words)
        let whole = TimeRange(startMs: 0, endMs: media.sourceEndMs - media.sourceStartMs)
        let durationMs = kept?.durationMs ?? media.durationMs
        let (branding, brandingWarnings) = branding(bundle.branding, durationMs: durationMs)
        let warnings =
            clip.framing.warnings + clip.audio.warnings + bundle.warnings + audioWarnings + layoutWarnings
            + cutWarnings + brandingWarnings
        return Composition.Short(
            clip: moment.clip,
            title: moment.title,
            durationMs: durationMs,
            leadMs: media.leadMs,
            fpsNum: media.fpsNum,
            fpsDen: media.fpsDen,
            sourceWidth: media.width,
            sourceHeight: media.height,
            sourceRangesMs: (kept?.ranges ?? [whole]).map { range in
                TimeRange(
                    startMs: media.sourceStartMs + range.startMs,
                    endMs: media.sourceStartMs + range.endMs
                )
            },
            audio: audio,
            captions: kept.map { captions(bundle.captions, in: $0) } ?? bundle.captions,
            captionStyle: bundle.captionStyle,
            titleOverlay: kept.flatMap { kept in bundle.title.map { title($0, in: kept) } } ?? bundle.title,
            titleStyle: bundle.titleStyle,
            images: bundle.images,
            canvases: canvases,
            warnings: warnings.map { Warning(code: $0.code, detail: $0.detail, clip: moment.clip) },
            keptRangesMs: kept?.ranges,
            branding: branding
        )
    }

    private static func sound(
        _ plan: AudioPlan,
        _ treatment: AudioTreatment
    ) -> (Composition.Audio, [Warning]) {
        var warnings: [Warning] = []
        var gain = 0.0
        if let measured = plan.integratedLufs {
            let wanted = treatment.targetLufs - measured
            gain = min(max(wanted, -gainDbMax), gainDbMax)
            if gain != wanted {
                let missing = Int((wanted - gain).magnitude.rounded(.up))
                let verb = wanted > 0 ? "quieter" : "louder"
                warnings.append(
                    Warning(
                        code: "gain-limited",
                        detail:
                            "The clip is about \(missing) dB \(verb) than the style asks for: gain stops at "
                            + "\(Int(gainDbMax)) dB."
                    )
                )
            }
        } else {
            warnings.append(
                Warning(code: "silent-clip", detail: "No sound was measured, so none was levelled.")
            )
        }
        let audio = Composition.Audio(
            gainDb: (gain * 100).rounded() / 100,
            targetLufs: treatment.targetLufs,
            truePeakMaxDbtp: treatment.truePeakMaxDbtp,
            fadeInMs: plan.fadeInMs,
            fadeOutMs: plan.fadeOutMs
        )
        return (audio, warnings)
    }
}
