import Logging
import Postgres
import Runtime
import ServiceLifecycle
import Store
import Threads

/// Lets the gateways of one database wake each other: one session listens, and every wake is told to the others.
struct GatewayBell: Service {
    private let member: GatewayMember
    private let listener: NotificationListener
    private let signals: [(channel: WakeChannel, signal: WakeSignal, relay: WakeRelay)]

    init(
        database: Database,
        store: Store,
        member: GatewayMember,
        runtimeWake: WakeSignal,
        webhookWake: WakeSignal,
        logger: Logger
    ) {
        self.member = member
        let id = member.identity.id
        signals = [(.runtime, runtimeWake), (.webhooks, webhookWake)].map { channel, signal in
            let relay = WakeRelay(
                isWanted: { member.hasOthers },
                send: {
                    // One that gets lost costs the others no more than their timer.
                    do {
                        try await store.notify(channel, sender: id)
                    } catch {
                        logger.debug("no notification", metadata: ["error": "\(error)"])
                    }
                }
            )
            return (channel, signal, relay)
        }
        let wakes = [WakeChannel.runtime.rawValue: runtimeWake, WakeChannel.webhooks.rawValue: webhookWake]
        listener = NotificationListener(
            database.connectionString,
            channels: WakeChannel.allCases.map(\.rawValue)
        ) { news in
            switch news {
            case .connected:
                // What was notified before has not been heard.
                for wake in wakes.values { wake.wakeHere() }
            case .notified(let notification) where notification.payload != id:
                wakes[notification.channel]?.wakeHere()
            case .notified: break
            case .disconnected(let reason):
                logger.info("not listening for other gateways now", metadata: ["reason": "\(reason)"])
            }
        }
    }

    func run() async throws {
        for (_, signal, relay) in signals { signal.relay { relay.ring() } }
        listener.start()
        defer { listener.stop() }
        try await gracefulShutdown()
    }
}
