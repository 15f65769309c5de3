package import Logging
import ServiceLifecycle
package import Store
package import Threads

/// Makes this process known to the other gateways of the database, and takes up what those that are gone have left.
package final class GatewayMember: Service {
    private struct State {
        var pulse: GatewayPulse?
        var isLeaving = false
        /// Since when the heartbeats came in time; who was away itself cannot judge others.
        var steadySince: ContinuousClock.Instant?
        var lastBeat: ContinuousClock.Instant?
    }

    package let identity: GatewayIdentity
    private let store: Store
    private let gate: WorkGate
    private let wakes: [WakeSignal]
    private let pause: Duration
    private let patience: Duration
    private let logger: Logger
    private let state = Locked(State())
    private let leaving = WakeSignal()

    /// `gate` is closed while the gateway is to drain; `wakes` are raised when there may be work that was another's.
    package init(
        store: Store,
        identity: GatewayIdentity,
        gate: WorkGate,
        wakes: [WakeSignal],
        logger: Logger,
        pause: Duration = .seconds(2),
        patience: Duration = .seconds(Store.gatewaySilenceSeconds)
    ) {
        self.store = store
        self.identity = identity
        self.gate = gate
        self.wakes = wakes
        self.pause = pause
        self.patience = patience
        self.logger = logger
    }

    /// Whether other gateways may wait for news of this one.
    package var hasOthers: Bool { state.withLock { ($0.pulse?.others ?? 0) > 0 } }

    /// This process is about to end: no work is taken up from now on, whatever anybody asks.
    package func startLeaving() {
        state.withLock { $0.isLeaving = true }
        gate.close()
        leaving.wake()
    }

    package var isLeaving: Bool { state.withLock(\.isLeaving) }

    /// Beats until the end, then leaves.
    package func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                await beatOnce()
                await leaving.wait(atMostMs: Int(pause / .milliseconds(1)))
            }
        }
        do {
            // Apart from this task, which may be cancelled; tried once, for an end must not wait for a database.
            try await Task { [store, identity] in try await store.leave(identity) }.value
        } catch {
            // The others notice by its silence.
            logger.info("this gateway could not take its leave", metadata: ["error": "\(error)"])
        }
    }

    /// One heartbeat, and a look at who has fallen silent.
    func beatOnce() async {
        let (isLeaving, isDraining) = state.withLock {
            ($0.isLeaving, $0.pulse.map { $0.state != .serving } ?? false)
        }
        do {
            let isIdle = isDraining && gate.isQuiet
            let pulse = try await store.beat(identity, isIdle: isIdle, isLeaving: isLeaving)
            note(pulse)
            guard isSteady() else { return }
            let count = try await store.freeSilentGateways()
            guard count > 0 else { return }
            logger.notice("took over the work of a gateway that is gone", metadata: ["leases": "\(count)"])
            for wake in wakes { wake.wake() }
        } catch {
            // Whoever looks after the database tells of its loss; this one goes on beating.
            logger.debug("no heartbeat", metadata: ["error": "\(error)"])
        }
    }

    private func note(_ pulse: GatewayPulse) {
        let (before, isLeaving) = state.withLock { state in
            defer { state.pulse = pulse }
            return (state.pulse, state.isLeaving)
        }
        if pulse.isNew && before != nil {
            logger.warning("this gateway was away for so long that it was forgotten; it is registered anew")
        }
        guard !isLeaving else { return }
        let isServing = pulse.state == .serving
        guard isServing != gate.isOpen else { return }
        if isServing {
            gate.open()
            for wake in wakes { wake.wake() }
        } else {
            gate.close()
        }
        logger.notice(isServing ? "taking up work again" : "draining: no more work is taken up")
    }

    /// Whether this process has been there all the time in which another is said to have been silent.
    private func isSteady() -> Bool {
        let now = ContinuousClock.now
        return state.withLock { state in
            if let last = state.lastBeat, now - last > pause * 2 { state.steadySince = nil }
            state.lastBeat = now
            let since = state.steadySince ?? now
            state.steadySince = since
            return now - since >= patience
        }
    }
}
