import Contracts
import Pipeline
import Store
import Styles

/// 11: makes one self-contained payload per short, and the task that renders it.
struct ComposeStage: RuntimeStage {
    /// Small files, each of which is a request to a bucket.
    private static let writesAtOnce = 8

    func identity(_ context: RuntimeContext) -> String { "composer/2" }

    func perform(_ workspace: StageWorkspace) async throws -> StageResult {
        let run = workspace.run
        let plan = try await workspace.read(Plan.self, .plan)
        let transcript = try await workspace.read(Transcript.self, .transcript)
        let prepared = try await workspace.read(Prepared.self, .prepared)
        let bundles = try await workspace.readClips(EnhancementBundle.self, .enhancementBundle).map(\.value)
        let composition = try Composer.compose(
            plan: plan,
            transcript: transcript,
            prepared: prepared,
            bundles: bundles,
            ratios: StageReads.ratios(of: run),
            pin: run.style
        )
        guard !composition.shorts.isEmpty else {
            throw Problem(.noMoments, detail: "The composition has no shorts.")
        }
        let artifact = try await workspace.write(composition, .composition)
        return StageResult(
            artifacts: [artifact] + (try await captions(of: composition, workspace)),
            warnings: composition.warnings,
            composed: StageResult.Composed(
                location: artifact.location,
                shorts: try outputs(of: composition, plan: plan, transcript: transcript, workspace: workspace)
            )
        )
    }

    /// What follows from a composition that an equal run made.
    func composed(_ record: ArtifactRecord, _ workspace: StageWorkspace) async throws -> StageResult.Composed
    {
        let composition = try await workspace.context.readJSON(Composition.self, record)
        return StageResult.Composed(
            location: record.location,
            shorts: try outputs(
                of: composition,
                plan: try await workspace.read(Plan.self, .plan),
                transcript: try await workspace.read(Transcript.self, .transcript),
                workspace: workspace
            )
        )
    }

    /// The caption files of each short that has captions.
    private func captions(
        of composition: Composition,
        _ workspace: StageWorkspace
    ) async throws -> [NewArtifact] {
        let files = composition.shorts.flatMap { short in
            CaptionFile.allCases.compactMap { format in
                format.text(of: short).map {
                    (ArtifactName.clip(.captions, short.clip, fileExtension: format.rawValue), $0)
                }
            }
        }
        return try await withThrowingTaskGroup(of: NewArtifact.self) { group in
            var written: [NewArtifact] = []
            for (index, (name, text)) in files.enumerated() {
                if index >= Self.writesAtOnce, let file = try await group.next() { written.append(file) }
                group.addTask { try await workspace.write(text: text, name) }
            }
            for try await file in group { written.append(file) }
            return written.sorted { $0.name.description < $1.name.description }
        }
    }

    private func outputs(
        of composition: Composition,
        plan: Plan,
        transcript: Transcript,
        workspace: StageWorkspace
    ) throws -> [NewOutput] {
        guard let definition = Workflow.named(workspace.run.workflow)?.definition(of: .render) else {
            throw Problem(.unknownWorkflow, detail: "The workflow has no stage 'render'.")
        }
        let provider = try workspace.context.provider(for: definition, run: workspace.run)
        let payloads = Dictionary(
            composition.shorts.map { ($0.clip, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let moments = plan.moments.sorted { ($0.startMs, $0.rank) < ($1.startMs, $1.rank) }
        return moments.enumerated().compactMap { index, moment in
            guard let short = payloads[moment.clip] else { return nil }
            return NewOutput(
                clip: moment.clip,
                ordinal: index + 1,
                rank: moment.rank,
                title: moment.title,
                score: moment.score,
                details: details(of: moment, short: short, transcript: transcript),
                task: workspace.context.newTask(
                    kind: .render,
                    provider: provider,
                    mediaMs: short.durationMs
                )
            )
        }
    }

    private func details(
        of moment: Plan.Moment,
        short: Composition.Short,
        transcript: Transcript
    ) -> ShortDetails {
        let kept = KeptTime(short)
        let spoken = transcript.words.dropFirst(moment.firstWord).prefix(
            moment.lastWord - moment.firstWord + 1
        )
        let words = spoken.compactMap { word -> Transcript.Word? in
            let (start, end) = (word.startMs - moment.startMs, word.endMs - moment.startMs)
            guard short.keptRangesMs == nil || kept.output(startMs: start, endMs: end) != nil else {
                return nil
            }
            var moved = word
            moved.startMs = kept.output(start)
            moved.endMs = kept.output(end)
            return moved
        }
        // What the short does not say is not in its text either.
        let text = words.count < spoken.count ? words.map(\.text).joined(separator: " ") : moment.text
        return ShortDetails(
            subscores: moment.subscores,
            reason: moment.reason,
            transcript: ShortDetails.Words(text: text, words: words),
            sourceRangesMs: short.sourceRangesMs,
            durationMs: short.durationMs,
            warnings: short.warnings
        )
    }
}
