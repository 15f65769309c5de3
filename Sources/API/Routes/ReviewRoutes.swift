import Artifacts
import Contracts
import Editorial
import Foundation
import HTTPTypes
import Hummingbird
import Pipeline
import Store

/// The plan of a run, and the review that lets a run that waits for one go on.
struct ReviewRoutes: Sendable {
    let services: APIServices
    let configuration: APIConfiguration

    static let noteLengthMax = 2_000

    var endpoints: [Endpoint] {
        [
            Endpoint(.get, "/v1/runs/{id}/plan", .key(.runsRead), handler: plan),
            Endpoint(.post, "/v1/runs/{id}/review", .key(.runsWrite), handler: review),
        ]
    }

    @Sendable private func plan(_ request: Request, _ context: APIContext) async throws -> Response {
        let (_, artifact) = try await current(context)
        guard artifact.removedAt == nil else {
            throw Problem(
                .artifactRemoved,
                detail: "The plan's bytes are not kept any more; reset stage 'plan' or rerun from it."
            )
        }
        let content = ServedContent(
            location: try ServedContent.location(artifact.location),
            sha256: artifact.sha256,
            sizeBytes: artifact.sizeBytes,
            mediaType: artifact.mediaType,
            fileName: artifact.name.description,
            isInline: true,
            isFixed: false
        )
        return try await ContentResponder(artifacts: services.artifacts).respond(content, to: request)
    }

    @Sendable private func review(_ request: Request, _ context: APIContext) async throws -> Response {
        let body = try await request.jsonBody(
            bytesMax: configuration.limits.jsonBytesMax,
            empty: .object([:]),
            context
        )
        guard let subject = try await subject(context) else { throw Problem.noSuchObject }
        // Before the edit is read: whether it would do is no answer to who is too late.
        guard subject.standing.isWaiting else {
            throw Problem(.conflict, detail: subject.standing.reason)
        }
        guard let artifact = subject.artifact(.plan, "plan") else { throw Self.noPlan }
        let tag = EntityTag.value(sha256: artifact.sha256)
        guard EntityTag.allows(request.headers[.ifMatch], tag: tag) else { throw Self.planChanged }
        let (edit, note) = try await read(body.value, subject, artifact)
        var edited: NewArtifact?
        if let edit { edited = try await write(edit, subject) }
        let outcome = try await services.store.acceptReview(
            tenantId: try context.tenantId,
            runId: subject.run.id,
            PlanReview(
                attempt: subject.job.attempt,
                planSha256: artifact.sha256,
                edited: edited,
                note: note
            )
        )
        switch outcome {
        case .accepted(let run):
            services.wakeRuntime()
            return try .json(run)
        case .notFound: throw Problem.noSuchObject
        case .notWaiting(let standing): throw Problem(.conflict, detail: standing.reason)
        case .planChanged:
            // It changed between our look and our word: a reset came between.
            guard request.headers[.ifMatch] == nil else { throw Self.planChanged }
            throw Problem(.conflict, detail: Self.planChanged.detail)
        }
    }

    /// The edited plan, nil when it says what the plan says already, and the note.
    private func read(
        _ value: JSONValue,
        _ subject: PlanSubject,
        _ artifact: ArtifactRecord
    ) async throws -> (edit: Plan?, note: String?) {
        var findings = Findings()
        guard var body = ObjectReader(value, at: "", findings: &findings) else {
            try findings.check()
            return (nil, nil)
        }
        let note = body.string("note", lengthMax: Self.noteLengthMax, findings: &findings)
        let wanted = body.object("plan", findings: &findings)
        body.finish(findings: &findings)
        guard var wanted else {
            try findings.check()
            return (nil, note)
        }
        let original = try await readJSON(Plan.self, artifact)
        let editor = PlanEditor(original, request: try await editorialRequest(subject))
        let reader = try PlanEditReader(original, sourceMsMax: RunRequestReader.sourceMsMax)
        let sketches = reader.read(&wanted, findings: &findings)
        for fault in editor.faults(of: sketches) { findings.add(fault.pointer, fault.detail) }
        try findings.check()
        let plan = editor.plan(sketches)
        return (plan == original ? nil : plan, note)
    }

    private func editorialRequest(_ subject: PlanSubject) async throws -> EditorialRequest {
        guard let transcript = subject.artifact(.transcribe, "transcript"),
            let segments = subject.artifact(.segment, "segments")
        else { throw Problem.internalError }
        return EditorialRequest(
            transcript: try await readJSON(Transcript.self, transcript),
            segments: try await readJSON(Segments.self, segments),
            options: subject.run.options.shorts
        )
    }

    /// Writes the plan to a place that its bytes name, so that of two reviews at once neither spoils the other's.
    private func write(_ plan: Plan, _ subject: PlanSubject) async throws -> NewArtifact {
        let name = ArtifactName("plan")
        let bytes = [UInt8](try WireJSON.encodePretty(plan))
        let writer = try await services.artifacts.beginWrite(bytesMax: Int64(bytes.count))
        do {
            try await writer.append(bytes)
            let content = try await writer.seal()
            let location = ArtifactLocation(
                tenantId: subject.run.tenantId,
                runId: subject.run.id,
                stage: subject.job.stage.rawValue,
                attempt: subject.job.attempt + 1,
                name: name,
                sha256: content.sha256
            )
            guard let location else { throw Problem.internalError }
            try await writer.publish(to: location)
            return NewArtifact(
                name: name,
                sha256: content.sha256,
                sizeBytes: content.sizeBytes,
                mediaType: name.mediaType,
                location: location.path
            )
        } catch {
            await writer.discard()
            throw error
        }
    }

    private func readJSON<Value: Decodable & Sendable>(
        _ type: Value.Type,
        _ artifact: ArtifactRecord
    ) async throws -> Value {
        let location = try ServedContent.location(artifact.location)
        return try await services.artifacts.readJSON(type, from: location, sha256: artifact.sha256)
    }

    private func subject(_ context: APIContext) async throws -> PlanSubject? {
        let id = try context.id(.run)
        return try await services.store.planSubject(tenantId: try context.tenantId, id: id)
    }

    private func current(
        _ context: APIContext
    ) async throws -> (subject: PlanSubject, artifact: ArtifactRecord) {
        guard let subject = try await subject(context) else { throw Problem.noSuchObject }
        guard let artifact = subject.artifact(.plan, "plan") else { throw Self.noPlan }
        return (subject, artifact)
    }

    private static let noPlan = Problem(.notFound, detail: "The run has no plan yet.")
    private static let planChanged = Problem(
        .preconditionFailed,
        detail: "The plan is not the one that was reviewed: fetch it again."
    )
}
