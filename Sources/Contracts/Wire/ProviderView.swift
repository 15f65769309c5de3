package import Foundation

/// A provider as operators see it.
package struct ProviderView: Codable, Sendable, Hashable {
    /// How the ends of tasks became known in the last day, by the way that was first.
    package struct Endings: Codable, Sendable, Hashable {
        package var submit: Int
        package var poll: Int
        package var callback: Int

        package init(submit: Int = 0, poll: Int = 0, callback: Int = 0) {
            self.submit = submit
            self.poll = poll
            self.callback = callback
        }
    }

    /// The last shorts that it rendered, by what their checks say.
    package struct Shorts: Codable, Sendable, Hashable {
        /// Every check passed.
        package var ready: Int
        package var notReady: Int
        /// It keeps its files.
        package var unmeasured: Int

        package init(ready: Int = 0, notReady: Int = 0, unmeasured: Int = 0) {
            self.ready = ready
            self.notReady = notReady
            self.unmeasured = unmeasured
        }
    }

    /// A measure that it may be given, and how much of it is used.
    package struct Guard: Codable, Sendable, Hashable {
        /// `concurrency`, `requests_per_minute`, `minutes_per_day` or `renders_per_day`.
        package var name: String
        package var limit: Int
        package var used: Int
        package var isReached: Bool

        package init(name: String, limit: Int, used: Int) {
            self.name = name
            self.limit = limit
            self.used = used
            isReached = used >= limit
        }
    }

    package var name: String
    package var identity: String
    /// The kinds of tasks that it does; `plan` for one that makes plans.
    package var kinds: [String]
    /// `reports` or `signals`; nil for one that is only asked.
    @Nullable package var callbacks: String?
    /// `signed`, `secret` or `capability`; likewise.
    @Nullable package var trust: String?
    /// Tasks that it has, or may have.
    package var liveTasks: Int
    /// Tasks that are still to be handed over.
    package var queuedTasks: Int
    @Nullable package var lastSuccessAt: Date?
    @Nullable package var lastFailureAt: Date?
    @Nullable package var lastFailure: Problem?
    package var endings: Endings
    package var shorts: Shorts
    package var guards: [Guard]

    package init(
        name: String,
        identity: String,
        kinds: [String],
        callbacks: String?,
        trust: String?,
        liveTasks: Int = 0,
        queuedTasks: Int = 0,
        lastSuccessAt: Date? = nil,
        lastFailureAt: Date? = nil,
        lastFailure: Problem? = nil,
        endings: Endings = Endings(),
        shorts: Shorts = Shorts(),
        guards: [Guard] = []
    ) {
        self.name = name
        self.identity = identity
        self.kinds = kinds
        self.callbacks = callbacks
        self.trust = trust
        self.liveTasks = liveTasks
        self.queuedTasks = queuedTasks
        self.lastSuccessAt = lastSuccessAt
        self.lastFailureAt = lastFailureAt
        self.lastFailure = lastFailure
        self.endings = endings
        self.shorts = shorts
        self.guards = guards
    }
}
