import Pipeline
import Testing

@Suite struct ProviderLimitsTests {
    private static let minute = 60_000

    @Test func `a provider without limits takes everything`() {
        let use = ProviderUse(live: 1_000, givenInMinute: 1_000, mediaMsToday: .max / 2, rendersToday: 1_000)
        #expect(ProviderLimits.none.admit(TaskCost(mediaMs: 1, renders: 1), use: use) == .admitted)
        #expect(ProviderLimits.none.isNone && !ProviderLimits(rendersPerDay: 1).isNone)
    }

    @Test func `a full provider is waited for`() {
        let limits = ProviderLimits(concurrency: 2)
        #expect(limits.admit(TaskCost(), use: ProviderUse(live: 1)) == .admitted)
        #expect(limits.admit(TaskCost(), use: ProviderUse(live: 2)) == .wait(ms: ProviderLimits.fullDelayMs))
    }

    @Test func `a minute that is full is waited for until its oldest task leaves it`() {
        let limits = ProviderLimits(requestsPerMinute: 3)
        let use = ProviderUse(givenInMinute: 3, oldestInMinuteMs: 45_000)
        #expect(limits.admit(TaskCost(), use: use) == .wait(ms: 15_000))
        #expect(limits.admit(TaskCost(), use: ProviderUse(givenInMinute: 2)) == .admitted)
        let late = ProviderUse(givenInMinute: 3, oldestInMinuteMs: 60_000)
        #expect(limits.admit(TaskCost(), use: late) == .wait(ms: 100))
    }

    @Test func `minutes of a day are given up to the limit and not beyond`() {
        let limits = ProviderLimits(minutesPerDay: 10)
        let use = ProviderUse(mediaMsToday: 4 * Self.minute)
        #expect(limits.admit(TaskCost(mediaMs: 6 * Self.minute), use: use) == .admitted)
        guard case .refused(let reason) = limits.admit(TaskCost(mediaMs: 6 * Self.minute + 1), use: use)
        else {
            Issue.record("more is given than a day has")
            return
        }
        #expect(reason == "4 of 10 minutes a day are used, and 7 more are asked for")
        // What takes none of the measure is not held up by it.
        #expect(limits.admit(TaskCost(renders: 1), use: ProviderUse(mediaMsToday: .max / 2)) == .admitted)
    }

    @Test func `shorts of a day are given up to the limit and not beyond`() {
        let limits = ProviderLimits(rendersPerDay: 2)
        #expect(limits.admit(TaskCost(renders: 1), use: ProviderUse(rendersToday: 1)) == .admitted)
        let full = limits.admit(TaskCost(renders: 1), use: ProviderUse(rendersToday: 2))
        #expect(full == .refused(reason: "2 of 2 shorts a day are used"))
    }

    @Test func `a day that is used up is not waited for in line`() {
        let limits = ProviderLimits(concurrency: 1, minutesPerDay: 1)
        let use = ProviderUse(live: 1, mediaMsToday: Self.minute)
        guard case .refused = limits.admit(TaskCost(mediaMs: 1), use: use) else {
            Issue.record("it waits for what does not come today")
            return
        }
    }
}
