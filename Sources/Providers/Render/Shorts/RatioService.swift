import Contracts
import OutboundHTTP

/// The requests that start one render, in their order.
struct RenderOrders: Sendable {
    let ratio: AspectRatio
    /// What has to be there before it starts.
    var uploads: [HTTPRequest] = []
    let start: HTTPRequest
}

/// A service that makes one file with each render, as its adapter sees it.
protocol RatioService: Sendable {
    var call: ProviderCall { get }
    /// What goes before the ids of its renders in an external id.
    var place: String? { get }

    /// Starts a render and returns its id.
    func start(_ orders: RenderOrders) async throws(CallFailure) -> String
    func state(_ render: RenderIds.Render, of task: TaskReference) async throws(CallFailure) -> RenderState
    /// Best effort.
    func stop(_ id: String) async
}

extension RatioService {
    /// Starts a render for each ratio, or none: what has begun is stopped where a later one cannot be started.
    func submit(_ orders: [RenderOrders]) async -> SubmitResult {
        var started: [RenderIds.Render] = []
        do throws(CallFailure) {
            for order in orders {
                started.append(RenderIds.Render(ratio: order.ratio, id: try await start(order)))
            }
            guard let ids = RenderIds(place: place, started) else {
                throw call.malformed("its ids are not ones that can be kept")
            }
            return .accepted(externalId: ids.text, report: nil)
        } catch {
            for render in started { await stop(render.id) }
            return error.submitResult
        }
    }

    /// Asks for the renders of a task.
    ///
    /// A callback may be here before the ids are: then there is nobody to ask.
    func ask(_ task: TaskReference, told: ToldCallback?) async -> PollResult {
        guard let ids = RenderIds(parsing: task.externalId), ids.place == place else {
            return told == nil ? .forgotten : .underWay(task)
        }
        return await poll(ids, of: task)
    }

    /// Asks for every render; where one ended the task, those that still run are stopped.
    func poll(_ ids: RenderIds, of task: TaskReference) async -> PollResult {
        var states: [Result<RenderState, CallFailure>] = []
        for render in ids.renders {
            do throws(CallFailure) {
                let state = try await state(render, of: task)
                if case .unknown(let word) = state { call.noteUnknownStatus(word) }
                states.append(.success(state))
            } catch {
                states.append(.failure(error))
            }
        }
        let result = RenderVerdict.result(states, of: task)
        if result.endsWithoutFiles {
            for (render, state) in zip(ids.renders, states) where !state.hasEnded { await stop(render.id) }
        }
        return result
    }

    func cancel(_ externalId: String) async {
        guard let ids = RenderIds(parsing: externalId), ids.place == place else { return }
        for render in ids.renders { await stop(render.id) }
    }
}

extension Result<RenderState, CallFailure> {
    fileprivate var hasEnded: Bool {
        switch self {
        case .success(let state): state.hasEnded
        case .failure(let error): error.kind == .unknown
        }
    }
}

extension PollResult {
    fileprivate var endsWithoutFiles: Bool {
        switch self {
        case .report(let report): report.state == .failed
        case .forgotten: true
        case .made, .unreachable: false
        }
    }
}
