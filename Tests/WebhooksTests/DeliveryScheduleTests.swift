import Testing

@testable import Webhooks

@Suite struct DeliveryScheduleTests {
    typealias Schedule = DeliverySchedule<Int>

    private func terms(
        _ endpoint: String,
        of tenant: String = "t",
        inFlight: Int? = nil,
        rate: Int? = nil
    ) -> Schedule.Terms {
        Schedule.Terms(endpointId: endpoint, tenantId: tenant, inFlightMax: inFlight, ratePerSecond: rate)
    }

    private func limits(_ inFlight: Int, perEndpoint: Int = 10) -> ScheduleLimits {
        var limits = ScheduleLimits()
        limits.inFlightMax = inFlight
        limits.inFlightPerEndpointMax = perEndpoint
        return limits
    }

    /// `#expect` of a call that changes something.
    private func expect(
        _ value: Bool,
        is wanted: Bool,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(value == wanted, sourceLocation: sourceLocation)
    }

    /// Lets an endpoint answer once, so that it is known to be well.
    private func prove(_ schedule: inout Schedule, _ terms: Schedule.Terms, now: Int = 0) {
        schedule.admit(-1, terms, bytes: 1, isReserved: false, now: now)
        for start in schedule.start(now: now) { schedule.end(start.ticket, .accepted, now: now) }
    }

    @Test func `an endpoint runs only so many at once, and the rest in order`() {
        var schedule = Schedule(limits: limits(100))
        let endpoint = terms("a", inFlight: 3)
        prove(&schedule, endpoint)
        for number in 1...5 { schedule.admit(number, endpoint, bytes: 1, isReserved: false, now: 0) }

        let first = schedule.start(now: 0)

        #expect(first.map(\.item) == [1, 2, 3])
        schedule.end(first[1].ticket, .accepted, now: 1)
        expect(schedule.start(now: 1).map(\.item) == [4], is: true)
        schedule.end(first[0].ticket, .refused, now: 2)
        expect(schedule.start(now: 2).map(\.item) == [5], is: true)
    }

    @Test func `an endpoint that has not answered yet gets few at once`() {
        var schedule = Schedule(limits: limits(100))
        for number in 1...20 { schedule.admit(number, terms("a"), bytes: 1, isReserved: false, now: 0) }

        let first = schedule.start(now: 0)

        #expect(first.map(\.item) == [1, 2])
        schedule.end(first[0].ticket, .accepted, now: 1)
        expect(schedule.start(now: 1).map(\.item) == Array(3...11), is: true)
    }

    @Test func `one tenant's burst does not hold up another's message`() {
        var schedule = Schedule(limits: limits(4))
        for endpoint in 0..<50 {
            for number in 0..<80 {
                schedule.admit(
                    number,
                    terms("big\(endpoint)", of: "big"),
                    bytes: 1,
                    isReserved: false,
                    now: 0
                )
            }
        }
        var running = schedule.start(now: 0)
        schedule.admit(-7, terms("small", of: "small"), bytes: 1, isReserved: false, now: 1)
        var endings = 0
        while !running.contains(where: { $0.item == -7 }), endings < 100 {
            schedule.end(running.removeFirst().ticket, .accepted, now: 1)
            endings += 1
            running += schedule.start(now: 1)
        }
        #expect(endings <= 5)
    }

    @Test func `endpoints of one tenant share its turns alike`() {
        var schedule = Schedule(limits: limits(2))
        for number in 0..<500 { schedule.admit(number, terms("busy"), bytes: 1, isReserved: false, now: 0) }
        for number in 1000..<1010 {
            schedule.admit(number, terms("other"), bytes: 1, isReserved: false, now: 0)
        }
        var order: [Int] = []
        for _ in 0..<60 {
            for start in schedule.start(now: 0) {
                order.append(start.item)
                schedule.end(start.ticket, .accepted, now: 0)
            }
        }
        #expect(order.prefix(40).count { $0 >= 1000 } == 10)
        #expect(order.filter { $0 >= 1000 } == Array(1000..<1010))
    }

    @Test func `endpoints that hang give the slots of the others back when patience ends`() {
        var schedule = Schedule(limits: limits(20))
        for endpoint in 0..<10 {
            for number in 0..<5 {
                schedule.admit(number, terms("hung\(endpoint)"), bytes: 1, isReserved: false, now: 0)
            }
        }
        expect(schedule.start(now: 0).count == 20, is: true)
        schedule.admit(77, terms("well"), bytes: 1, isReserved: false, now: 10)
        expect(schedule.start(now: 10).isEmpty, is: true)

        let later = schedule.start(now: 1_000)

        #expect(later.contains { $0.item == 77 })
        #expect(schedule.inFlight <= 40)
    }

    @Test func `an endpoint after a timeout keeps one slot, and the table keeps the rest`() {
        var schedule = Schedule(limits: limits(50))
        for number in 1...9 { schedule.admit(number, terms("a"), bytes: 1, isReserved: false, now: 0) }
        let first = schedule.start(now: 0)
        for start in first { schedule.end(start.ticket, .timedOut, now: 20_000) }

        expect(schedule.takeSurrendered() == Array(3...9), is: true)
        expect(schedule.reserve(terms("a"), bytes: 1, now: 20_000), is: false)
        let plan = schedule.claimPlan(now: 20_000)
        #expect(plan?.endpointLimits["a"] == 1)
        schedule.admit(3, terms("a"), bytes: 1, isReserved: false, now: 20_000)
        let probe = schedule.start(now: 20_000)
        #expect(probe.map(\.item) == [3])
        #expect(schedule.inFlightLate == 1)
        schedule.end(probe[0].ticket, .accepted, now: 20_100)
        #expect(schedule.inFlightLate == 0)
        expect(schedule.claimPlan(now: 20_100)?.endpointLimits["a"] ?? 0 > 1, is: true)
    }

    @Test func `a rate is kept from one second to the next`() {
        var schedule = Schedule(limits: limits(100))
        let endpoint = terms("a", inFlight: 100, rate: 10)
        for number in 0..<45 { schedule.admit(number, endpoint, bytes: 1, isReserved: false, now: 0) }
        var begun: [Int] = []
        var now = 0
        while now < 4_000 {
            for start in schedule.start(now: now) {
                begun.append(now)
                schedule.end(start.ticket, .accepted, now: now)
            }
            now = max(now + 1, schedule.nextChange(now: now) ?? 4_000)
        }
        #expect((39...42).contains(begun.count))
        for second in stride(from: 0, to: 3_000, by: 100) {
            #expect(begun.count { (second..<second + 1_000).contains($0) } <= 12)
        }
    }

    @Test func `a circuit that opens takes no attempts, and one probe closes it`() {
        var schedule = Schedule(limits: limits(100))
        var ended = 0
        for number in 0..<40 { schedule.admit(number, terms("a"), bytes: 1, isReserved: false, now: 0) }
        while case let starts = schedule.start(now: 0), !starts.isEmpty {
            for start in starts { schedule.end(start.ticket, .unreachable, now: 0) }
            ended += starts.count
        }
        #expect(ended <= CircuitBreaker.attemptsMin + 2)
        expect(schedule.takeSurrendered().count >= 40 - CircuitBreaker.attemptsMin - 2, is: true)
        expect(schedule.claimPlan(now: 29_000)?.endpointLimits["a"] == 0, is: true)
        expect(schedule.claimPlan(now: 30_000)?.endpointLimits["a"] == 1, is: true)

        schedule.admit(1, terms("a"), bytes: 1, isReserved: false, now: 30_000)
        schedule.admit(2, terms("a"), bytes: 1, isReserved: false, now: 30_000)
        let probe = schedule.start(now: 30_000)
        #expect(probe.count == 1)
        schedule.end(probe[0].ticket, .accepted, now: 30_001)
        expect(schedule.start(now: 30_001).map(\.item) == [2], is: true)
    }

    @Test func `memory is bounded in items and bytes`() {
        var limits = limits(1)
        limits.itemsMax = 10
        limits.itemsPerTenantMax = 6
        limits.bytesMax = 1_000
        var schedule = Schedule(limits: limits)
        let taken = (0..<20).count { schedule.reserve(terms("a\($0)"), bytes: 10, now: 0) }
        #expect(taken == 6)
        expect(schedule.reserve(terms("b", of: "u"), bytes: 941, now: 0), is: false)
        expect(schedule.reserve(terms("b", of: "u"), bytes: 940, now: 0), is: true)
        expect(schedule.reserve(terms("c", of: "u"), bytes: 1, now: 0), is: false)
        schedule.release(terms("b", of: "u"), bytes: 940)
        for endpoint in 0..<6 { schedule.release(terms("a\(endpoint)"), bytes: 10) }
        #expect(schedule.isEmpty && schedule.bytes == 0)
    }

    @Test func `what was put into the table goes before what comes later`() {
        var schedule = Schedule(limits: limits(10))
        expect(schedule.reserve(terms("a"), bytes: 1, now: 0), is: true)
        expect(schedule.noteBehind("a", now: 0), is: true)
        expect(schedule.reserve(terms("a"), bytes: 1, now: 0), is: false)
        var plan = schedule.claimPlan(now: 0)
        // One more is put there while the table is read.
        _ = schedule.noteBehind("a", now: 0)
        if let plan { expect(schedule.noteClaim(plan, counts: ["a": 1], now: 0), is: true) }
        expect(schedule.reserve(terms("a"), bytes: 1, now: 0), is: false)
        plan = schedule.claimPlan(now: 0)
        if let plan { expect(schedule.noteClaim(plan, counts: ["a": 1], now: 0), is: false) }
        expect(schedule.reserve(terms("a"), bytes: 1, now: 0), is: true)
    }

    @Test func `as long as too much is still to be written down, nothing is taken up`() {
        var limits = limits(10)
        limits.unwrittenMax = 3
        var schedule = Schedule(limits: limits)
        for number in 0..<3 {
            schedule.admit(number, terms("e\(number)"), bytes: 1, isReserved: false, now: 0)
        }
        for start in schedule.start(now: 0) { schedule.end(start.ticket, .accepted, now: 0) }
        schedule.admit(3, terms("e3"), bytes: 1, isReserved: false, now: 0)

        #expect(schedule.isBehindOnRecords)
        expect(schedule.start(now: 0).isEmpty, is: true)
        expect(schedule.reserve(terms("e0"), bytes: 1, now: 0), is: false)
        expect(schedule.claimPlan(now: 0) == nil, is: true)

        schedule.noteWritten("e0")
        expect(schedule.reserve(terms("e0"), bytes: 1, now: 0), is: true)
        expect(schedule.claimPlan(now: 0) == nil, is: false)
        expect(schedule.start(now: 0).map(\.item) == [3], is: true)
    }

    @Test func `an endpoint that wants no more gets nothing until that is written down`() {
        var schedule = Schedule(limits: limits(10))
        for number in 0..<3 { schedule.admit(number, terms("a"), bytes: 1, isReserved: false, now: 0) }
        expect(schedule.reserve(terms("a"), bytes: 1, now: 0), is: true)
        let starts = schedule.start(now: 0)
        #expect(starts.map(\.item) == [0, 1])

        for start in starts { schedule.end(start.ticket, .refused, bars: true, now: 1) }

        expect(schedule.takeSurrendered() == [2], is: true)
        expect(schedule.reserve(terms("a"), bytes: 1, now: 1), is: false)
        expect(schedule.claimPlan(now: 1)?.endpointLimits["a"] == 0, is: true)
        #expect(schedule.unwell == ["a"])
        // What had its place before still comes.
        schedule.admit(3, terms("a"), bytes: 1, isReserved: true, now: 2)
        schedule.noteWritten("a", barred: true)
        expect(schedule.start(now: 2).isEmpty, is: true)
        schedule.noteWritten("a", barred: true)
        expect(schedule.takeSurrendered() == [3], is: true)
        expect(schedule.claimPlan(now: 2)?.endpointLimits["a"] ?? 0 > 0, is: true)
    }

    @Test func `what was begun and not attempted goes back, and its place is free`() {
        var schedule = Schedule(limits: limits(1))
        for number in 0..<2 { schedule.admit(number, terms("a"), bytes: 1, isReserved: false, now: 0) }
        let start = schedule.start(now: 0)[0]

        schedule.takeBack(start, now: 0)
        schedule.takeBack(start, now: 0)

        expect(schedule.takeSurrendered(max: 0).isEmpty, is: true)
        expect(schedule.takeSurrendered(max: 1) == [0], is: true)
        expect(schedule.takeSurrendered().isEmpty, is: true)
        #expect(schedule.inFlight == 0 && schedule.count == 1)
    }

    @Test func `what waits for too long goes back`() {
        var schedule = Schedule(limits: limits(1))
        for number in 0..<3 { schedule.admit(number, terms("a"), bytes: 1, isReserved: false, now: 0) }
        _ = schedule.start(now: 0)
        schedule.surrenderStale(now: schedule.limits.waitMsMax - 1)
        expect(schedule.takeSurrendered().isEmpty, is: true)
        schedule.surrenderStale(now: schedule.limits.waitMsMax)
        expect(schedule.takeSurrendered() == [1, 2], is: true)
    }

    @Test func `what becomes stale between two looks is not begun, and goes back`() {
        var schedule = Schedule(limits: limits(10))
        let wait = schedule.limits.waitMsMax
        for (number, since) in [0, 5, 40].enumerated() {
            schedule.admit(number, terms("e\(number)"), bytes: 1, isReserved: false, now: since)
        }

        schedule.surrenderStale(now: wait)
        expect(schedule.takeSurrendered() == [0], is: true)
        schedule.surrenderStale(now: wait + 5)
        expect(schedule.start(now: wait + 5).map(\.item) == [2], is: true)
        expect(schedule.takeSurrendered() == [1], is: true)
        #expect(schedule.count == 1)

        // One whose lease is older than those of what came before it counts from its own beginning.
        schedule.admit(3, terms("e3"), bytes: 1, isReserved: false, now: 100)
        schedule.surrenderStale(now: wait + schedule.limits.staleLookMs)
        expect(schedule.takeSurrendered() == [3], is: true)
        #expect(schedule.count == 1)
    }

    @Test
    func `a tenant whose part of memory is used gets nothing from the table, and leaves room for others`() {
        var limits = limits(1)
        limits.itemsMax = 100
        limits.itemsPerTenantMax = 20
        var schedule = Schedule(limits: limits)
        for number in 0..<10 {
            schedule.admit(number, terms("a\(number)", of: "a"), bytes: 1, isReserved: false, now: 0)
        }
        schedule.admit(20, terms("b", of: "b"), bytes: 1, isReserved: false, now: 0)

        let plan = schedule.claimPlan(now: 0)

        #expect(plan?.endpointLimits["a3"] == 0)
        #expect(plan?.endpointLimits["b"] == 9)
    }
}
