package import Artifacts
package import Editorial
package import Foundation
package import Logging
package import OutboundHTTP
package import Providers
import ServiceLifecycle
package import Store
package import Threads

/// Drives every run: starts stages whose needs are met, runs or delegates them, and settles what comes back.
///
/// All state is in the database. Several runtimes share the work, and one that is killed leaves nothing that another
/// cannot take up.
package final class PipelineRuntime: Service {
    private let context: RuntimeContext
    private let leases: LeaseKeeper
    private let jobSlots: WorkSlots
    private let fetchSlots: WorkSlots
    private let askingSlots: WorkSlots
    private let taskSlots: WorkSlots
    private let callbackSlots: WorkSlots
    private let gate: WorkGate
    private let isStopping = Locked(false)
    private static let failureWaitMs = 1_000

    /// Nothing is taken up while `gate` is closed.
    ///
    /// `sources` fetches what runs link to, under the address policy of strangers' URLs.
    package init(
        store: Store,
        artifacts: any ArtifactStore,
        providers: ProviderRegistry,
        editorial: EditorialRegistry,
        sources: HTTPClient,
        links: LinkMinter,
        publicLinks: LinkMinter? = nil,
        tokens: TaskTokens,
        configuration: RuntimeConfiguration,
        wake: WakeSignal,
        gate: WorkGate = WorkGate(),
        logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() },
        jitter: @escaping @Sendable () -> Double = { Double.random(in: 0...1) }
    ) {
        context = RuntimeContext(
            store: store,
            artifacts: artifacts,
            providers: providers,
            editorial: editorial,
            sources: sources,
            links: links,
            publicLinks: publicLinks ?? links,
            tokens: tokens,
            configuration: configuration,
            wake: wake,
            logger: logger,
            now: now,
            jitter: jitter
        )
        self.gate = gate
        leases = LeaseKeeper(store: store, leaseSeconds: configuration.jobLeaseSeconds, logger: logger)
        jobSlots = WorkSlots(limit: configuration.jobsInFlightMax)
        fetchSlots = WorkSlots(limit: configuration.fetchesInFlightMax)
        askingSlots = WorkSlots(limit: configuration.questionsInFlightMax)
        taskSlots = WorkSlots(limit: configuration.tasksInFlightMax)
        callbackSlots = WorkSlots(limit: configuration.callbacksInFlightMax)
    }

    /// Works until cancellation, or until graceful shutdown and for a while after it; then gives back what it has not
    /// finished.
    package func run() async throws {
        await withGracefulShutdownHandler {
            await serve()
        } onGracefulShutdown: {
            self.isStopping.withLock { $0 = true }
            self.gate.close()
            self.context.wake.wakeHere()
        }
    }

    private func serve() async {
        let (leases, context) = (leases, context)
        await withDiscardingTaskGroup { group in
            group.addTask { await leases.keep() }
            let housekeeper = Housekeeper(
                store: context.store,
                artifacts: context.artifacts,
                policy: context.configuration.retention,
                logger: context.logger,
                now: context.now
            )
            group.addTask { await housekeeper.keep() }
            while !isStopping.withLock(\.self), !Task.isCancelled {
                do {
                    if gate.enter() {
                        defer { gate.leave() }
                        if try await claim(&group) { continue }
                    }
                    await context.wake.wait(atMostMs: context.configuration.idleMs)
                } catch {
                    if Task.isCancelled { break }
                    // Whoever looks after the database tells of its loss, once.
                    context.logger.log(
                        level: Store.isAway(error) ? .debug : .error,
                        "work could not be claimed",
                        metadata: ["error": "\(error)"]
                    )
                    await context.wake.wait(atMostMs: Self.failureWaitMs)
                }
            }
            if !Task.isCancelled {
                _ = await gate.waitUntilQuiet(atMostMs: context.configuration.drainMs)
            }
            group.cancelAll()
        }
    }

    /// Takes what is due and starts it; false when there was nothing to take.
    private func claim(_ group: inout DiscardingTaskGroup) async throws -> Bool {
        let (store, configuration) = (context.store, context.configuration)
        let applier = CallbackApplier(context: context)
        let driver = TaskDriver(context: context)
        let runner = JobRunner(context: context, leases: leases)
        let places = context.providers.places
        var found = 0
        found += try await take(callbackSlots, &group) { limit in
            try await store.claimCallbacks(limit: limit, leaseSeconds: configuration.callbackLeaseSeconds)
        } perform: {
            await applier.apply($0)
        }
        found += try await take(taskSlots, &group) { limit in
            try await store.claimDueTasks(
                limit: limit,
                leaseSeconds: configuration.taskLeaseSeconds,
                places: places
            )
        } perform: {
            await driver.drive($0)
        }
        found += try await take(taskSlots, &group) { limit in
            try await store.claimTaskCancellations(limit: limit, leaseSeconds: configuration.taskLeaseSeconds)
        } perform: {
            await driver.cancel($0)
        }
        let editors = HostedEditors(names: context.editorial.hosted, standard: context.editorial.standard)
        for (slots, lane) in [(jobSlots, ClaimLane.short), (fetchSlots, .fetching), (askingSlots, .asking)] {
            found += try await take(slots, &group) { limit in
                try await store.claimJobs(
                    limit: limit,
                    leaseSeconds: configuration.jobLeaseSeconds,
                    lane: lane,
                    editors: editors
                )
            } perform: {
                await runner.run($0)
            }
        }
        return found > 0
    }

    /// Claims as much of one kind of work as there is room for and starts it; returns how much that was.
    private func take<Work: Sendable>(
        _ slots: WorkSlots,
        _ group: inout DiscardingTaskGroup,
        claim: (_ limit: Int) async throws -> [Work],
        perform: @escaping @Sendable (Work) async -> Void
    ) async throws -> Int {
        let limit = slots.free
        guard limit > 0 else { return 0 }
        let claimed = try await claim(limit)
        for work in claimed { start(&group, slots) { await perform(work) } }
        return claimed.count
    }

    private func start(
        _ group: inout DiscardingTaskGroup,
        _ slots: WorkSlots,
        _ work: @escaping @Sendable () async -> Void
    ) {
        let wake = context.wake
        let gate = gate
        slots.take()
        gate.bring()
        group.addTask {
            await work()
            slots.giveBack()
            gate.leave()
            // Its end may have made a stage ready, and has freed a slot.
            wake.wakeHere()
        }
    }
}
