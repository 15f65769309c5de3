import Postgres
import TestSupport
import Testing
import Threads

@Suite struct NotificationListenerTests {
    /// Keeps what a listener tells.
    private final class Ear: Sendable {
        private let heard = Locked<[NotificationListener.News]>([])
        private let signal = WakeSignal()

        func take(_ news: NotificationListener.News) {
            heard.withLock { $0.append(news) }
            signal.wake()
        }

        var connects: Int { heard.withLock { $0.count { $0 == .connected } } }

        func has(_ payload: String) -> Bool {
            heard.withLock { $0.contains(.notified(PostgresNotification(channel: "one", payload: payload))) }
        }

        func until(_ condition: @Sendable () -> Bool) async throws {
            let deadline = ContinuousClock.now + .seconds(30)
            while !condition() {
                try #require(ContinuousClock.now < deadline)
                await signal.wait(atMostMs: 20)
            }
        }
    }

    private static let settings = {
        var settings = ListenerSettings()
        settings.pingMilliseconds = 100
        settings.answerMilliseconds = 300
        settings.retryMilliseconds = 10
        settings.retryMillisecondsMax = 50
        return settings
    }()

    private func listen(_ connectionString: String, _ ear: Ear) -> NotificationListener {
        let listener = NotificationListener(
            connectionString,
            channels: ["one", "two"],
            settings: Self.settings,
            onNews: ear.take
        )
        listener.start()
        return listener
    }

    @Test func `every listener hears what one session notifies`() async throws {
        let database = try await TestDatabase.makeEmpty()
        let ears = [Ear(), Ear()]
        let listeners = ears.map { listen(database.connectionString, $0) }
        for ear in ears { try await ear.until { ear.connects == 1 } }

        try await database.pool.query("SELECT pg_notify('one', 'news')")

        for ear in ears { try await ear.until { ear.has("news") } }
        for listener in listeners { listener.stop() }
    }

    @Test func `a listener whose session ends connects again and says so`() async throws {
        let database = try await TestDatabase.makeEmpty()
        let ear = Ear()
        let listener = listen(database.connectionString + " application_name=listener", ear)
        try await ear.until { ear.connects == 1 }

        try await database.pool.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'listener'"
        )

        try await ear.until { ear.connects == 2 }
        try await database.pool.query("SELECT pg_notify('one', 'again')")
        try await ear.until { ear.has("again") }
        listener.stop()
    }

    @Test func `a listener finds out that the other end of its socket has vanished`() async throws {
        let database = try await TestDatabase.makeEmpty()
        let proxy = try PostgresProxy(database.connectionString)
        let ear = Ear()
        let listener = listen(proxy.connectionString, ear)
        try await ear.until { ear.connects == 1 }

        proxy.behave(.frozen)
        let before = proxy.connections
        try await ear.until { proxy.connections > before }
        proxy.behave(.forwarding)

        try await ear.until { ear.connects >= 2 }
        try await database.pool.query("SELECT pg_notify('one', 'alive')")
        try await ear.until { ear.has("alive") }
        listener.stop()
        proxy.close()
    }
}
