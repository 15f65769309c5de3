package import Foundation
package import Logging
package import OutboundHTTP
import ServiceLifecycle
package import Store
package import Threads

/// Sends the messages of the outbox to the endpoints that want them, again and again until they are accepted.
///
/// Postgres is the truth: a delivery is leased with a random token, and only the holder of the token can write down
/// what came of it. So any number of engines may run, and one that dies leaves nothing behind but leases that run
/// out. A message may arrive twice, never be lost.
///
/// What this process commits is leased to its engine as it is written and handed over in memory. The table is read
/// only for the rest: what is to be tried again, what memory had no room for, and what others have left behind.
package final class DeliveryEngine: Service {
    struct State: Sendable {
        var schedule: DeliverySchedule<ClaimedDelivery>
        var retries = RetryTimes()
        var isOpen = false
        var isStopping = false
        /// Hand-backs that are under way.
        var handBacks = 0

        /// How many are under way at once, and what each has.
        private static let handBacksMax = 2
        private static let handBackItemsMax = 1_000

        /// What is to go back to the table now; nil when there is nothing, or enough is under way.
        mutating func nextHandBack() -> [ClaimedDelivery]? {
            guard handBacks < Self.handBacksMax else { return nil }
            let deliveries = schedule.takeSurrendered(max: Self.handBackItemsMax)
            guard !deliveries.isEmpty else { return nil }
            handBacks += 1
            return deliveries
        }
    }

    let store: Store
    let client: HTTPClient
    /// Tells of deliveries that are in the table.
    let wake: WakeSignal
    /// Tells of attempts that may begin.
    let turn = WakeSignal()
    let gate: WorkGate
    let logger: Logger
    let settings: DeliverySettings
    let now: @Sendable () -> Date
    let jitter: @Sendable () -> Double
    let state: Locked<State>
    private let start = ContinuousClock.now

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
        state = Locked(State(schedule: DeliverySchedule(limits: settings.schedule)))
    }

    /// Milliseconds since the engine was made.
    var clock: Int { clock(at: .now) }

    func clock(at instant: ContinuousClock.Instant) -> Int { Int((instant - start) / .milliseconds(1)) }

    var isStopping: Bool { Task.isCancelled || state.withLock(\.isStopping) }

    /// Delivers until the service shuts down; attempts that are under way then still end, within their 20 s.
    package func run() async throws {
        state.withLock { $0.isOpen = !$0.isStopping }
        store.handOver.attach(self)
        defer { store.handOver.detach(self) }
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.readTable() }
                var lastTurn = clock
                while !isStopping {
                    if clock - lastTurn >= Self.silenceMsMax {
                        // This process was stopped: its leases may have been freed, and its deliveries made by others.
                        state.withLock { $0.schedule.surrenderAll() }
                    }
                    lastTurn = clock
                    await takeTurns(in: &group)
                }
                state.withLock { state in
                    state.isOpen = false
                    state.schedule.surrenderAll()
                }
                await handBack()
            }
            // What was committed with a lease while the engine came to its end.
            state.withLock { $0.schedule.surrenderAll() }
            await handBack()
        } onGracefulShutdown: {
            self.state.withLock { state in
                state.isStopping = true
                state.isOpen = false
            }
            self.turn.wakeHere()
            self.wake.wakeHere()
        }
    }

    /// Begins all attempts that may begin, then waits until there may be more.
    private func takeTurns(in group: inout DiscardingTaskGroup) async {
        let now = clock
        let isOpen = gate.isOpen
        let (starts, next) = state.withLock { state in
            state.schedule.surrenderStale(now: now)
            if !isOpen { state.schedule.surrenderAll() }
            return (state.schedule.start(now: now), state.schedule.nextChange(now: now))
        }
        for start in starts {
            guard gate.enter() else {
                takeBack(start)
                continue
            }
            group.addTask {
                await self.attempt(start)
                self.gate.leave()
            }
        }
        handBack(in: &group)
        let waitMs = next.map { max(1, $0 - now) } ?? Self.lookMs
        await turn.wait(atMostMs: min(waitMs, Self.lookMs))
    }

    /// How often it is looked whether something has waited for too long.
    private static let lookMs = 1_000

    /// Whoever does nothing for so long may be taken for gone by the others soon.
    static let silenceMsMax = Store.gatewaySilenceSeconds * 1_000 - lookMs
}
