import Contracts
import HTTPTypes
import Hummingbird
import Pipeline
import Store

/// What is done again: a run from a stage on, a stage of a run, a short.
struct RerunRoutes: Sendable {
    let services: APIServices
    let configuration: APIConfiguration

    private var store: Store { services.store }

    var endpoints: [Endpoint] {
        [
            Endpoint(.post, "/v1/runs/{id}/rerun", .key(.runsWrite), handler: rerun),
            Endpoint(.post, "/v1/runs/{id}/jobs/{stage}/reset", .key(.runsWrite), handler: reset),
            Endpoint(.post, "/v1/outputs/{id}/retry", .key(.runsWrite), handler: retry),
        ]
    }

    @Sendable private func rerun(_ request: Request, _ context: APIContext) async throws -> Response {
        let (tenantId, id) = (try context.tenantId, try context.id(.run))
        let body = try await request.claimedBody(configuration.limits, empty: .object([:]), context)
        // An answer that was given stands, whatever has become of the parent since.
        if let claim = body.claim, let known = try await store.knownAnswer(claim) {
            return try known.response()
        }
        try services.backlog?.admit(tenantId: tenantId)
        let planner = RerunPlanner(services: services, configuration: configuration)
        let new = try await planner.plan(body.value, parentId: id, tenantId: tenantId)
        let outcome = try await store.createRerun(new, claim: body.claim) { run in
            try .json(run, status: 202, location: "/v1/runs/\(run.id)")
        }
        switch outcome {
        case .notFound: throw Problem.noSuchObject
        case .changed(let stage):
            throw Problem(
                .conflict,
                detail: "Stage '\(stage.rawValue)' of the run changed meanwhile; ask again.",
                retryable: true
            )
        case .accepted(let answer):
            services.wakeRuntime()
            return try answer.response()
        }
    }

    @Sendable private func reset(_ request: Request, _ context: APIContext) async throws -> Response {
        let (tenantId, id) = (try context.tenantId, try context.id(.run))
        guard let run = try await store.run(tenantId: tenantId, id: id),
            let workflow = Workflow.named(run.workflow)
        else { throw Problem.noSuchObject }
        let name = try context.parameter("stage")
        guard let stage = Stage(rawValue: name), workflow.definition(of: stage) != nil else {
            throw Problem(
                .unknownStage,
                detail: "Workflow '\(run.workflow)' has no stage '\(name.prefix(40))'."
            )
        }
        try await InputCheck(artifacts: services.artifacts)
            .check(Set(workflow.subtree(of: stage)), of: run)
        try check(
            try await store.resetJob(tenantId: tenantId, runId: id, stage: stage, workflow: workflow)
        )
        guard let view = try await store.runView(tenantId: tenantId, id: id) else {
            throw Problem.noSuchObject
        }
        return try .json(view, status: .accepted)
    }

    @Sendable private func retry(_ request: Request, _ context: APIContext) async throws -> Response {
        let (tenantId, id) = (try context.tenantId, try context.id(.output))
        try check(try await store.retryOutput(tenantId: tenantId, id: id))
        guard let view = try await store.outputView(tenantId: tenantId, id: id) else {
            throw Problem.noSuchObject
        }
        return try .json(view, status: .accepted)
    }

    private func check(_ outcome: ResetOutcome) throws(Problem) {
        switch outcome {
        case .reset: services.wakeRuntime()
        case .notFound: throw Problem.noSuchObject
        case .conflict(let reason): throw Problem(.conflict, detail: reason)
        }
    }
}
