import Contracts
import HTTPTypes
import Hummingbird
import Pipeline
import Store

/// Runs: accepted, listed, read, cancelled.
struct RunRoutes: Sendable {
    let services: APIServices
    let configuration: APIConfiguration
    private let planner: RunPlanner

    init(services: APIServices, configuration: APIConfiguration) {
        self.services = services
        self.configuration = configuration
        planner = RunPlanner(
            store: services.store,
            artifacts: services.artifacts,
            configuration: configuration,
            pins: StylePins(store: services.store)
        )
    }

    private var store: Store { services.store }

    var endpoints: [Endpoint] {
        [
            Endpoint(.post, "/v1/runs", .key(.runsWrite), handler: create),
            Endpoint(
                .get,
                "/v1/runs",
                .key(.runsRead),
                query: ["limit", "after", "state"],
                handler: list
            ),
            Endpoint(.get, "/v1/runs/{id}", .key(.runsRead), handler: read),
            Endpoint(.post, "/v1/runs/{id}/cancel", .key(.runsWrite), handler: cancel),
            Endpoint(
                .get,
                "/v1/runs/{id}/jobs",
                .key(.runsRead),
                query: ["limit", "after"],
                handler: jobs
            ),
            Endpoint(
                .get,
                "/v1/runs/{id}/outputs",
                .key(.runsRead),
                query: ["limit", "after"],
                handler: outputs
            ),
            Endpoint(
                .get,
                "/v1/runs/{id}/artifacts",
                .key(.runsRead),
                query: ["limit", "after"],
                handler: artifacts
            ),
            Endpoint(.get, "/v1/outputs/{id}", .key(.runsRead), handler: output),
        ]
    }

    @Sendable private func create(_ request: Request, _ context: APIContext) async throws -> Response {
        let tenantId = try context.tenantId
        try services.backlog?.admit(tenantId: tenantId)
        let body = try await request.claimedBody(configuration.limits, context)
        let new = try await planner.plan(body.value, tenantId: tenantId)
        let outcome = try await store.acceptRun(new, claim: body.claim)
        services.wakeRuntime()
        return try outcome.response()
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        let query = try QueryReader(request, known: ["limit", "after", "state"])
        let page = try query.page(of: .run)
        let state = try query.word("state", as: RunState.self)
        return try .json(
            await store.runs(
                tenantId: try context.tenantId,
                limit: page.limit,
                after: page.after,
                state: state
            )
        )
    }

    @Sendable private func read(_ request: Request, _ context: APIContext) async throws -> Response {
        try .json(await run(context))
    }

    @Sendable private func cancel(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.id(.run)
        guard let run = try await store.cancelRun(tenantId: try context.tenantId, id: id) else {
            throw Problem.noSuchObject
        }
        guard run.state == RunState.cancelled.rawValue else {
            throw Problem(.conflict, detail: "The run has ended as '\(run.state)'; it cannot be cancelled.")
        }
        services.wakeRuntime()
        return try .json(run)
    }

    @Sendable private func jobs(_ request: Request, _ context: APIContext) async throws -> Response {
        let page = try QueryReader(request, known: ["limit", "after"]).page(of: .job)
        let run = try await run(context)
        return try .json(Page(run.jobs ?? [], limit: page.limit, after: page.after) { $0.id })
    }

    @Sendable private func outputs(_ request: Request, _ context: APIContext) async throws -> Response {
        let page = try QueryReader(request, known: ["limit", "after"]).page(of: .output)
        let run = try await run(context)
        let outputs = try await store.outputViews(runId: run.id)
        return try .json(Page(outputs, limit: page.limit, after: page.after) { $0.id })
    }

    @Sendable private func artifacts(_ request: Request, _ context: APIContext) async throws -> Response {
        let page = try QueryReader(request, known: ["limit", "after"]).page(of: .artifact)
        let run = try await run(context)
        return try .json(await store.artifacts(runId: run.id, limit: page.limit, after: page.after))
    }

    @Sendable private func output(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.id(.output)
        guard let output = try await store.outputView(tenantId: try context.tenantId, id: id) else {
            throw Problem.noSuchObject
        }
        return try .json(output)
    }

    /// The run of the path, if it is the caller's.
    private func run(_ context: APIContext) async throws -> RunView {
        let id = try context.id(.run)
        guard let run = try await store.runView(tenantId: try context.tenantId, id: id) else {
            throw Problem.noSuchObject
        }
        return run
    }
}
