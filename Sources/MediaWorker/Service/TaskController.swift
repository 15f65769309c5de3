import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The routes of `contracts/provider.openapi.yaml`.
struct TaskController: Sendable {
    /// What `/healthz` tells.
    struct Health: Encodable {
        let status: String
        let running: Int
        let waiting: Int
        let slots: Int
        let kinds: [String]
    }

    let queue: TaskQueue
    let slots: Int
    let kinds: [String]

    func addRoutes(to router: Router<BasicRequestContext>, gate: SignatureGate<BasicRequestContext>) {
        router.get("healthz") { _, _ in try health() }
        let tasks = router.group("v1/tasks").add(middleware: gate)
        tasks.post { request, _ in try await dispatch(request) }
        tasks.get(":id") { _, context in try report(context.parameters.get("id")) }
        tasks.post(":id/cancel") { _, context in try cancel(context.parameters.get("id")) }
    }

    private func health() throws -> Response {
        let load = queue.load
        return try .json(
            Health(status: "ok", running: load.running, waiting: load.waiting, slots: slots, kinds: kinds)
        )
    }

    private func dispatch(_ request: Request) async throws -> Response {
        let body = try await request.body.collect(upTo: SignatureGate<BasicRequestContext>.bodyBytesMax)
        let task = try decode(Data(body.readableBytesView))
        try TaskValidation.validate(task)
        switch try queue.submit(task) {
        case .accepted(let report): return try .json(report, status: .accepted)
        case .known(let report): return try .json(report)
        }
    }

    private func report(_ id: String?) throws -> Response {
        guard let report = id.flatMap(queue.report(taskId:)) else { throw Self.unknown }
        return try .json(report)
    }

    private func cancel(_ id: String?) throws -> Response {
        guard let report = id.flatMap(queue.cancel(taskId:)) else { throw Self.unknown }
        return try .json(report, status: .accepted)
    }

    private func decode(_ body: Data) throws(Problem) -> ProviderTask {
        do {
            return try WireJSON.decode(ProviderTask.self, from: body)
        } catch let error as DecodingError {
            if case .dataCorrupted(let context) = error, context.codingPath.isEmpty {
                throw Problem(.malformedBody, detail: "the body is not JSON")
            }
            throw Problem(.invalidRequest, detail: "the task is not valid: \(error.plainWords)")
        } catch {
            throw Problem(.malformedBody, detail: "the body is not JSON")
        }
    }

    private static let unknown = Problem(.notFound, detail: "this worker knows no such task")
}
