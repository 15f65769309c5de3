/// What a provider may be given: so that one that is paid for does not cost more than was meant.
package struct ProviderLimits: Sendable, Hashable {
    /// Tasks that it has at once.
    package var concurrency: Int?
    /// Tasks that it is given in any minute.
    package var requestsPerMinute: Int?
    /// Minutes of media that it is given in a day of UTC.
    package var minutesPerDay: Int?
    /// Shorts that it is given in a day of UTC.
    package var rendersPerDay: Int?

    package init(
        concurrency: Int? = nil,
        requestsPerMinute: Int? = nil,
        minutesPerDay: Int? = nil,
        rendersPerDay: Int? = nil
    ) {
        self.concurrency = concurrency
        self.requestsPerMinute = requestsPerMinute
        self.minutesPerDay = minutesPerDay
        self.rendersPerDay = rendersPerDay
    }

    package static let none = ProviderLimits()

    package var isNone: Bool { self == .none }
}

/// What one task takes of a provider's day.
package struct TaskCost: Sendable, Hashable {
    package var mediaMs: Int
    package var renders: Int

    package init(mediaMs: Int = 0, renders: Int = 0) {
        self.mediaMs = mediaMs
        self.renders = renders
    }
}

/// What a provider has now, and was given lately, by all gateways together.
package struct ProviderUse: Sendable, Hashable {
    package var live: Int
    package var givenInMinute: Int
    /// How long ago the oldest of these was given.
    package var oldestInMinuteMs: Int
    package var mediaMsToday: Int
    package var rendersToday: Int

    package init(
        live: Int = 0,
        givenInMinute: Int = 0,
        oldestInMinuteMs: Int = 0,
        mediaMsToday: Int = 0,
        rendersToday: Int = 0
    ) {
        self.live = live
        self.givenInMinute = givenInMinute
        self.oldestInMinuteMs = oldestInMinuteMs
        self.mediaMsToday = mediaMsToday
        self.rendersToday = rendersToday
    }
}

/// Whether a task may be given to its provider now.
package enum Admission: Sendable, Hashable {
    case admitted
    /// A place frees up by itself.
    case wait(ms: Int)
    /// The day's measure is full.
    case refused(reason: String)
}

extension ProviderLimits {
    /// Pause before a task that found every place taken is looked at again.
    package static let fullDelayMs = 2_000
    private static let minuteMs = 60_000

    /// Decides over one task; a day's measure counts before a free place, since it does not free up soon.
    package func admit(_ cost: TaskCost, use: ProviderUse) -> Admission {
        if let minutesPerDay, cost.mediaMs > 0,
            use.mediaMsToday + cost.mediaMs > minutesPerDay * Self.minuteMs
        {
            let used = use.mediaMsToday / Self.minuteMs
            let wanted = (cost.mediaMs + Self.minuteMs - 1) / Self.minuteMs
            return .refused(
                reason: "\(used) of \(minutesPerDay) minutes a day are used, and \(wanted) more are asked for"
            )
        }
        if let rendersPerDay, cost.renders > 0, use.rendersToday + cost.renders > rendersPerDay {
            return .refused(reason: "\(use.rendersToday) of \(rendersPerDay) shorts a day are used")
        }
        if let concurrency, use.live >= concurrency { return .wait(ms: Self.fullDelayMs) }
        if let requestsPerMinute, use.givenInMinute >= requestsPerMinute {
            return .wait(ms: max(Self.minuteMs - use.oldestInMinuteMs, 100))
        }
        return .admitted
    }
}
