import Artifacts
import Contracts
import Pipeline
import Speech
import Store

/// Turns the body of a rerun into the run that is stored, after a look at everything that it would attach.
struct RerunPlanner: Sendable {
    let services: APIServices
    let configuration: APIConfiguration

    private var store: Store { services.store }

    func plan(_ body: JSONValue, parentId: String, tenantId: String) async throws -> NewRerun {
        guard let parent = try await store.run(tenantId: tenantId, id: parentId),
            let workflow = Workflow.named(parent.workflow)
        else { throw Problem.noSuchObject }
        var findings = Findings()
        let requests = RunRequestReader(
            providers: configuration.providers,
            addressPolicy: configuration.addressPolicy
        )
        let request = try RerunRequestReader(requests: requests, workflow: workflow)
            .read(body, parent: parent, findings: &findings)
        try await checkLanguage(request.options, parent: parent, findings: &findings)
        let style = try await pin(request.style, tenantId: tenantId, findings: &findings)
        let entries = Self.entries(request, parent: parent, workflow: workflow, findings: &findings)
        try findings.check()
        let jobs = try await store.jobs(runId: parentId)
        let plan = try await attachable(entries, parent: parent, jobs: jobs, workflow: workflow)
        try await checkInputs(plan.runs, of: parent)
        let attached = jobs.filter { plan.attached.contains($0.stage) }.map { ($0.stage, $0.attempt) }
        return NewRerun(
            parentId: parentId,
            tenantId: tenantId,
            workflow: workflow,
            attached: Dictionary(uniqueKeysWithValues: attached),
            style: style,
            options: request.options,
            // A rerun from `render` enters at `compose`, and its shorts are to be rendered nevertheless.
            afresh: request.fromStage.map { entries.union([$0]) } ?? []
        )
    }

    /// The stages at which the rerun enters: as asked, else those that read what is changed, else the first.
    private static func entries(
        _ request: RerunRequest,
        parent: RunRecord,
        workflow: Workflow,
        findings: inout Findings
    ) -> Set<Stage> {
        var readers = request.options?.stagesReading(changesFrom: parent.options) ?? []
        if request.style != nil { readers.insert(.enhancePlan) }
        guard let asked = request.fromStage else { return readers.isEmpty ? [.transcode] : readers }
        let entries = RerunPlan.canonical([asked])
        let redone = Set(entries.flatMap(workflow.subtree(of:)))
        let untouched = workflow.stages.map(\.stage).filter { readers.contains($0) && !redone.contains($0) }
        for stage in untouched {
            let what = stage == .enhancePlan && request.style != nil ? "the style" : "a changed option"
            findings.add(
                "/from_stage",
                "a rerun from '\(asked.rawValue)' keeps '\(stage.rawValue)', which reads \(what); "
                    + "leave from_stage out or name a stage that '\(stage.rawValue)' depends on"
            )
        }
        return entries
    }

    /// A transcript that was brought stays in the language that it names.
    private func checkLanguage(
        _ options: RunOptions?,
        parent: RunRecord,
        findings: inout Findings
    ) async throws {
        guard let language = options?.language, language != parent.options.language,
            let file = parent.provided?.transcript, let own = try await self.language(of: file),
            LanguageTag.primary(own) != LanguageTag.primary(language)
        else { return }
        findings.add("/options/language", "is not the language of the run's transcript, \"\(own)\"")
    }

    /// Nil where the file names none or cannot be read any more, which stage 02 tells.
    private func language(of file: ProvidedInput.TranscriptFile) async throws -> String? {
        guard let location = ArtifactLocation(parsing: file.location) else { return nil }
        do {
            let bytes = try await services.artifacts.data(
                location,
                bytesMax: TranscriptIntake.fileBytesMax
            )
            return try ProvidedTranscript(file: bytes).language
        } catch let error as ArtifactError where !error.isRetryable {
            return nil
        } catch is Problem {
            return nil
        }
    }

    private func pin(
        _ asked: RunRequest.Style?,
        tenantId: String,
        findings: inout Findings
    ) async throws -> StylePin? {
        guard let asked else { return nil }
        return try await RunPlanner(
            store: store,
            artifacts: services.artifacts,
            configuration: configuration,
            pins: StylePins(store: store)
        )
        .pin(asked, tenantId: tenantId, findings: &findings)
    }

    /// The plan of the rerun, with the bytes of all that it attaches verified.
    private func attachable(
        _ entries: Set<Stage>,
        parent: RunRecord,
        jobs: [JobRecord],
        workflow: Workflow
    ) async throws -> RerunPlan {
        let completed = Set(jobs.filter { $0.state == .completed }.map(\.stage))
        let kept = RerunPlan.kept(workflow, entries: entries).intersection(completed)
        var gone: [Stage: String] = [:]
        for artifact in try await store.artifacts(runId: parent.id) where kept.contains(artifact.stage) {
            guard gone[artifact.stage] == nil, let fault = try await fault(of: artifact) else { continue }
            gone[artifact.stage] = "artifact '\(artifact.name)' \(fault)"
        }
        do {
            return try RerunPlan(workflow, entries: entries, completed: completed, gone: Set(gone.keys))
        } catch {
            let name = error.stage.rawValue
            let state = jobs.first { $0.stage == error.stage }?.state.rawValue ?? "unknown"
            let reason =
                error.reason == .gone
                ? "\(gone[error.stage] ?? "an artifact is gone") of stage '\(name)' of the run"
                : "stage '\(name)' of the run is '\(state)', not completed"
            throw Problem(
                .upstreamMissing,
                detail: "The rerun cannot attach what it needs: \(reason). "
                    + "A rerun with from_stage '\(error.wayOut.rawValue)' is possible."
            )
        }
    }

    /// What is wrong with a recorded artifact, nil when its bytes are there and the recorded ones.
    private func fault(of artifact: ArtifactRecord) async throws -> String? {
        if artifact.removedAt != nil { return "is not kept any more" }
        guard let location = ArtifactLocation(parsing: artifact.location),
            let size = try await services.artifacts.size(location)
        else { return "is not in the store" }
        guard size == artifact.sizeBytes else { return "does not have its recorded size" }
        do {
            try await services.artifacts.verify(location, sha256: artifact.sha256, sizeBytes: size)
            return nil
        } catch let error as ArtifactError where !error.isRetryable {
            return "does not have its recorded content"
        }
    }

    private func checkInputs(_ stages: Set<Stage>, of parent: RunRecord) async throws {
        guard parent.asset != nil || !stages.contains(.transcode) else {
            throw Problem(
                .sourceGone,
                detail: "The run's source was never fetched, so there is nothing to do again; post a new run."
            )
        }
        try await InputCheck(artifacts: services.artifacts).check(stages, of: parent)
    }
}
