import Contracts
package import Foundation
package import Logging
package import OutboundHTTP
import ServiceLifecycle
import Signatures
package import Store
package import Threads

/// Sends the messages of the outbox to the endpoints that want them, again and again until they are accepted.
///
/// Postgres is the truth: a delivery is claimed with a lease and a random token, and only the holder of the token
/// can write down what came of it. So any number of engines may run, and one that dies leaves nothing behind but
/// leases that run out. A message may arrive twice, never be lost.
package final class DeliveryEngine: Service {
    private struct Claim: Sendable {
        var delivery: ClaimedDelivery
        var claimedAt: ContinuousClock.Instant
    }

    private struct State: Sendable {
        var lanes: DeliveryLanes<Claim>
        var ready: [Claim] = []
        var isStopping = false
    }

    private let store: Store
    private let client: HTTPClient
    private let wake: WakeSignal
    private let gate: WorkGate
    private let logger: Logger
    private let settings: DeliverySettings
    private let now: @Sendable () -> Date
    private let jitter: @Sendable () -> Double
    private let state: Locked<State>

    /// Nothing is taken up while `gate` is closed.
    package init(
        store: Store,
        client: HTTPClient,
        wake: WakeSignal,
        gate: WorkGate = WorkGate(),
        logger: Logger,
        settings: DeliverySettings = DeliverySettings(),
        now: @escaping @Sendable () -> Date = { Date() },
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        self.store = store
        self.client = client
        self.wake = wake
        self.gate = gate
        self.logger = logger
        self.settings = settings
        self.now = now
        self.jitter = jitter
        state = Locked(State(lanes: DeliveryLanes(limits: settings.lanes)))
    }

    /// Delivers until the service shuts down; attempts that are under way then still end, within their 20 s.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled && !state.withLock({ $0.isStopping }) {
                    let isMore = await claim()
                    let ready = state.withLock { state in
                        defer { state.ready.removeAll() }
                        return state.ready
                    }
                    for claim in ready {
                        group.addTask {
                            await self.process(claim)
                            self.gate.leave()
                        }
                    }
                    if !isMore { await wake.wait(atMostMs: settings.pollMs) }
                }
                state.withLock { state in
                    state.lanes.dropWaiting()
                    for _ in state.ready { gate.leave() }
                    state.ready.removeAll()
                }
            }
        } onGracefulShutdown: {
            self.state.withLock { $0.isStopping = true }
            self.wake.wakeHere()
        }
    }

    /// Claims what there is room for; true when there may be more to claim at once.
    private func claim() async -> Bool {
        guard gate.enter() else { return false }
        defer { gate.leave() }
        let (room, closed) = state.withLock { ($0.lanes.freeSlots, $0.lanes.closedEndpoints) }
        guard room > 0 else { return false }
        do {
            let claimed = try await store.claimDeliveries(
                limit: room,
                leaseSeconds: settings.leaseSeconds,
                perEndpointMax: settings.lanes.inFlightPerEndpointMax,
                excludedEndpoints: closed
            )
            let claimedAt = ContinuousClock.now
            return state.withLock { state in
                let admitted = state.lanes.admit(
                    claimed.map { ($0.endpointId, Claim(delivery: $0, claimedAt: claimedAt)) }
                )
                makeReady(admitted, &state)
                return !claimed.isEmpty && state.lanes.freeSlots > 0
            }
        } catch {
            // Whoever looks after the database tells of its loss, once.
            logger.log(
                level: Store.isAway(error) ? .debug : .warning,
                "webhook deliveries cannot be claimed",
                metadata: ["error": "\(error)"]
            )
            return false
        }
    }

    private func process(_ claim: Claim) async {
        let delivery = claim.delivery
        CrashPoint.deliveryAfterClaim.pass()
        // A lease that would run out during the attempt is left to whoever claims it next.
        let age = ContinuousClock.now - claim.claimedAt
        var isSlow = false
        if age < .seconds(settings.waitSecondsMax) {
            isSlow = await deliver(delivery)
        }
        state.withLock { state in
            let next = state.lanes.finish(delivery.endpointId, isSlow: isSlow)
            makeReady(next, &state)
        }
        wake.wakeHere()
    }

    /// Called inside of the gate, by one who leaves it later.
    private func makeReady(_ claims: [Claim], _ state: inout State) {
        for _ in claims { gate.bring() }
        state.ready += claims
    }

    /// Makes one attempt and writes it down; true when the endpoint was slow.
    private func deliver(_ delivery: ClaimedDelivery) async -> Bool {
        let startedAt = now()
        let start = ContinuousClock.now
        var response: HTTPResponse?
        var verdict: AttemptVerdict
        do throws(TransferError) {
            guard let keys = delivery.signingKeys(at: startedAt) else {
                let unusable = AttemptVerdict(
                    unusableSecret: delivery.attemptNumber,
                    policy: settings.policy,
                    jitter: jitter()
                )
                await record(unusable, of: delivery, response: nil, startedAt: startedAt, duration: .zero)
                return false
            }
            let message = WebhookMessage(id: delivery.messageId, url: delivery.url, payload: delivery.payload)
            let answer = try await client.send(
                message.request(now: startedAt, keys: keys, timeouts: settings.timeouts)
            )
            response = answer
            verdict = AttemptVerdict(
                response: answer,
                attempt: delivery.attemptNumber,
                policy: settings.policy,
                jitter: jitter(),
                now: now()
            )
        } catch {
            // We ended the attempt ourselves: it says nothing of the endpoint, and the lease runs out by itself.
            if error.code == .cancelled || error.code == .closed { return false }
            verdict = AttemptVerdict(
                error: error,
                attempt: delivery.attemptNumber,
                policy: settings.policy,
                jitter: jitter()
            )
        }
        CrashPoint.deliveryAfterResponse.pass()
        let duration = ContinuousClock.now - start
        await record(verdict, of: delivery, response: response, startedAt: startedAt, duration: duration)
        return verdict.isSlow
    }

    private func record(
        _ verdict: AttemptVerdict,
        of delivery: ClaimedDelivery,
        response: HTTPResponse?,
        startedAt: Date,
        duration: Duration
    ) async {
        let attempt = NewAttempt(
            number: delivery.attemptNumber,
            outcome: verdict.outcome,
            status: verdict.status,
            problem: verdict.problem,
            startedAt: startedAt,
            durationMs: Int(duration / .milliseconds(1)),
            responseBody: response.map { Data($0.body) },
            responseHeaders: response.map { RecordedHeaders.select($0.headers) },
            resends: verdict.resends
        )
        var metadata: Logger.Metadata = [
            "delivery": "\(delivery.deliveryId)", "message": "\(delivery.messageId)",
            "endpoint": "\(delivery.endpointId)", "attempt": "\(delivery.attemptNumber)",
            "outcome": "\(verdict.outcome.rawValue)",
        ]
        if let status = verdict.status { metadata["status"] = "\(status)" }
        do {
            let isRecorded = try await finish(delivery.lease, attempt: attempt, next: verdict.next)
            CrashPoint.deliveryAfterCommit.pass()
            logger.info(
                isRecorded ? "webhook attempt made" : "webhook attempt superseded by another's claim",
                metadata: metadata
            )
        } catch {
            metadata["error"] = "\(error)"
            logger.error("webhook attempt made but not recorded: it will be made again", metadata: metadata)
        }
    }

    /// Writes an attempt down, trying again while the lease holds and the database is away.
    private func finish(_ lease: DeliveryLease, attempt: NewAttempt, next: DeliveryNext) async throws -> Bool
    {
        let store = store
        // Bookkeeping of what has happened on the wire ends also when the engine is cancelled meanwhile.
        return try await Task {
            var tries = 1
            while true {
                do {
                    return try await store.finishDelivery(lease, attempt: attempt, next: next)
                } catch {
                    guard tries < Self.recordTriesMax else { throw error }
                    try await Task.sleep(for: .milliseconds(200 * tries))
                    tries += 1
                }
            }
        }.value
    }

    private static let recordTriesMax = 5
}
