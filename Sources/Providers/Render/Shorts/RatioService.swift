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
    /// Waits for so many milliseconds.
    var pause: @Sendable (_ milliseconds: Int) async throws -> Void { get }

    /// Starts a render and returns its id.
    func start(_ orders: RenderOrders) async throws(CallFailure) -> String
    func state(_ render: RenderIds.Render, of task: TaskReference) async throws(CallFailure) -> RenderState
    /// Best effort.
    func stop(_ id: String) async
}

extension RatioService {
    /// Starts a render for each ratio, or none: what has begun is stopped where a later one cannot be started.
    ///
    /// Once something has begun, the task cannot be given back as if nothing had: to start it again is paid for again,
    /// so that counts as an attempt.
    func submit(_ orders: [RenderOrders]) async -> SubmitResult {
        var started: [RenderIds.Render] = []
        var patience = StartPatience()
        do throws(CallFailure) {
            for order in orders {
                let id = started.isEmpty ? try await start(order) : try await start(order, within: &patience)
                started.append(RenderIds.Render(ratio: order.ratio, id: id))
            }
            guard let ids = RenderIds(place: place, started) else {
                throw call.malformed("its ids are not ones that can be kept")
            }
            return .accepted(externalId: ids.text, report: nil)
        } catch {
            guard !started.isEmpty else { return error.submitResult }
            await stop(started)
            return error.submitResult(afterStarts: started.count, of: orders.count)
        }
    }

    /// Starts a render once its service has room for it, if that is soon.
    private func start(
        _ order: RenderOrders,
        within patience: inout StartPatience
    ) async throws(CallFailure) -> String {
        var tries = 0
        while true {
            tries += 1
            do throws(CallFailure) {
                return try await start(order)
            } catch {
                guard let delayMs = patience.delayMs(afterTry: tries, error),
                    (try? await pause(delayMs)) != nil
                else { throw error }
            }
        }
    }

    /// In a task of its own: one that is cancelled cannot send anything.
    private func stop(_ renders: [RenderIds.Render]) async {
        await Task { for render in renders { await stop(render.id) } }.value
    }

    /// Asks for the renders of a task.
    ///
    /// A callback may be here before the ids are, which come with the reply to the dispatch: it has to wait for them.
    func ask(_ task: TaskReference, told: ToldCallback?) async -> PollResult {
        guard let ids = RenderIds(parsing: task.externalId), ids.place == place else {
            guard told != nil else { return .forgotten }
            return .unreachable(
                Problem(
                    .providerUnreachable,
                    detail: "Provider '\(call.provider)' has not said yet which renders the task has.",
                    retryable: true
                )
            )
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
        case .made, .unusable, .unreachable: false
        }
    }
}
