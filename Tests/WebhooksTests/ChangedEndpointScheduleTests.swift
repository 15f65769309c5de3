import Testing

@testable import Webhooks

/// What the schedule makes of an endpoint that its owner changes, or tries.
@Suite struct ChangedEndpointScheduleTests {
    typealias Schedule = DeliverySchedule<Int>

    private func terms(_ version: Int) -> Schedule.Terms {
        Schedule.Terms(endpointId: "a", tenantId: "t", version: version)
    }

    /// A schedule whose only endpoint, of version 1, has failed until its breaker opened.
    private func broken() -> Schedule {
        var schedule = Schedule(limits: ScheduleLimits())
        for number in 0..<40 { schedule.admit(number, terms(1), bytes: 1, isReserved: false, now: 0) }
        while case let starts = schedule.start(now: 0), !starts.isEmpty {
            for start in starts { schedule.end(start.ticket, .unreachable, now: 0) }
        }
        _ = schedule.takeSurrendered()
        return schedule
    }

    @Test func `a newer version has a closed breaker, and an older one brings nothing back`() {
        var schedule = broken()
        expect(schedule.reserve(terms(1), bytes: 1, now: 1), is: false)
        let plan = schedule.claimPlan(now: 1)
        #expect(plan?.endpointLimits["a"] == 0 && plan?.endpointVersions["a"] == 1)

        for number in 100..<103 { schedule.admit(number, terms(2), bytes: 1, isReserved: false, now: 1) }
        if let plan { expect(schedule.noteClaim(plan, counts: ["a": 3], now: 1), is: false) }
        schedule.admit(103, terms(1), bytes: 1, isReserved: false, now: 1)

        expect(schedule.start(now: 1).map(\.item) == [100, 101], is: true)
        expect(schedule.reserve(terms(2), bytes: 1, now: 1), is: true)
    }

    @Test func `what waits for an endpoint as it was goes back, also from behind its breaker`() {
        var schedule = broken()
        schedule.admit(50, terms(1), bytes: 1, isReserved: false, now: 1)
        expect(schedule.start(now: 1).isEmpty, is: true)

        expect(schedule.reserve(terms(2), bytes: 1, now: 2), is: false)

        expect(schedule.takeSurrendered() == [50], is: true)
        schedule.admit(51, terms(2), bytes: 1, isReserved: false, now: 2)
        expect(schedule.start(now: 2).map(\.item) == [51], is: true)
    }

    @Test func `attempts at an endpoint as it was are not held against it`() {
        var schedule = Schedule(limits: ScheduleLimits())
        for number in 0..<2 { schedule.admit(number, terms(1), bytes: 1, isReserved: false, now: 0) }
        let old = schedule.start(now: 0)
        #expect(old.count == 2)
        expect(schedule.reserve(terms(2), bytes: 1, now: 1), is: true)

        for start in old { schedule.end(start.ticket, .timedOut, now: 1) }

        #expect(schedule.lanes["a"]?.isSlow == false && schedule.inFlightLate == 0)
        schedule.admit(2, terms(2), bytes: 1, isReserved: true, now: 1)
        let new = schedule.start(now: 1)
        for start in new { schedule.end(start.ticket, .timedOut, now: 2) }
        #expect(schedule.lanes["a"]?.isSlow == true)
    }

    @Test func `an endpoint that was slow has its turns among the quick ones again`() {
        var schedule = Schedule(limits: ScheduleLimits())
        for number in 0..<2 { schedule.admit(number, terms(1), bytes: 1, isReserved: false, now: 0) }
        let old = schedule.start(now: 0)
        schedule.end(old[0].ticket, .timedOut, now: 0)
        #expect(schedule.inFlightLate == 1)

        schedule.admit(2, terms(2), bytes: 1, isReserved: false, now: 1)

        #expect(schedule.inFlightLate == 0)
        expect(schedule.start(now: 1).map(\.item) == [2], is: true)
        schedule.end(old[1].ticket, .timedOut, now: 1)
        #expect(schedule.inFlightLate == 0 && schedule.inFlight == 1)
    }

    @Test func `a test passes an open breaker, alone, and closes it when it is accepted`() {
        var schedule = broken()
        expect(schedule.reserve(terms(1), bytes: 1, isUrgent: true, now: 1), is: true)
        schedule.admit(60, terms(1), bytes: 1, isReserved: false, now: 1)
        schedule.admit(61, terms(1), bytes: 1, isReserved: true, isUrgent: true, now: 1)

        let first = schedule.start(now: 1)
        #expect(first.map(\.item) == [61])
        schedule.end(first[0].ticket, .refused, now: 1)
        expect(schedule.start(now: 1).isEmpty, is: true)
        expect(schedule.takeSurrendered() == [60], is: true)

        expect(schedule.reserve(terms(1), bytes: 1, isUrgent: true, now: 2), is: true)
        schedule.admit(62, terms(1), bytes: 1, isReserved: true, isUrgent: true, now: 2)
        let second = schedule.start(now: 2)
        #expect(second.map(\.item) == [62])
        schedule.end(second[0].ticket, .accepted, now: 2)
        #expect(schedule.lanes["a"]?.breaker.state == .closed)
        #expect(schedule.count == 0)
    }

    @Test func `a test from the table comes beside the limit of an endpoint that is down`() {
        var schedule = broken()
        let plan = schedule.claimPlan(now: 1)
        #expect(plan?.endpointLimits["a"] == 0 && plan?.urgentLimits["a"] == 4)
        schedule.admit(70, terms(1), bytes: 1, isReserved: false, isUrgent: true, now: 1)
        if let plan {
            expect(schedule.noteClaim(plan, counts: ["a": 1], urgent: ["a": 1], now: 1), is: false)
        }

        #expect(schedule.lanes["a"]?.isBehind == true)
        #expect(schedule.claimPlan(now: 1)?.urgentLimits["a"] == 3)
        let starts = schedule.start(now: 1)
        #expect(starts.map(\.item) == [70])
        schedule.end(starts[0].ticket, .refused, bars: true, now: 1)
        #expect(schedule.claimPlan(now: 1)?.urgentLimits["a"] == 0)
    }

    @Test func `a test keeps to the limits of memory, and of an endpoint that wants no more`() {
        var limits = ScheduleLimits()
        limits.itemsPerEndpointMax = 2
        limits.inFlightPerEndpointMax = 1
        var schedule = Schedule(limits: limits)
        for _ in 0..<2 { expect(schedule.reserve(terms(1), bytes: 1, isUrgent: true, now: 0), is: true) }
        expect(schedule.reserve(terms(1), bytes: 1, isUrgent: true, now: 0), is: false)
        for number in 0..<2 {
            schedule.admit(number, terms(1), bytes: 1, isReserved: true, isUrgent: true, now: 0)
        }

        let starts = schedule.start(now: 0)
        #expect(starts.map(\.item) == [0])
        schedule.end(starts[0].ticket, .refused, bars: true, now: 0)
        expect(schedule.start(now: 0).isEmpty, is: true)
        expect(schedule.reserve(terms(1), bytes: 1, isUrgent: true, now: 0), is: false)
        schedule.noteWritten("a", barred: true)
        expect(schedule.takeSurrendered() == [1], is: true)
    }

    /// `#expect` of a call that changes something.
    private func expect(
        _ value: Bool,
        is wanted: Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(value == wanted, sourceLocation: sourceLocation)
    }
}
