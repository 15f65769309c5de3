import Testing

@testable import Webhooks

/// Whatever comes and ends, in whatever order: the limits hold, nothing is lost, and nothing is stuck.
@Suite struct DeliverySchedulePropertyTests {
    typealias Schedule = DeliverySchedule<Int>

    /// A generator whose sequence its seed says.
    private struct Seeded: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return value ^ (value >> 31)
        }
    }

    /// A schedule beside a simple account of what it has been given.
    private struct Model {
        var schedule: Schedule
        var random: Seeded
        var now = 0
        var running: [(start: Schedule.Start, endpoint: Int)] = []
        var reserved: [Schedule.Terms] = []
        var endpointOf: [Int: Int] = [:]
        var since: [Int: Int] = [:]
        var given = 0
        var ended = 0
        var surrendered = 0
        var lastBegun: [Int: Int] = [:]
        /// Attempts that have ended; endpoint 4 wants no more with each answer.
        var unwritten: [(endpoint: Int, barred: Bool)] = []

        func terms(_ endpoint: Int) -> Schedule.Terms {
            Schedule.Terms(
                endpointId: "e\(endpoint)",
                tenantId: "t\(endpoint % 3)",
                inFlightMax: endpoint == 1 ? 2 : nil,
                ratePerSecond: endpoint == 2 ? 50 : nil
            )
        }

        mutating func admit(_ terms: Schedule.Terms, _ endpoint: Int, isReserved: Bool) {
            given += 1
            endpointOf[given] = endpoint
            // A lease may be older than its delivery's arrival.
            let leasedAt = now - Int.random(in: 0..<50, using: &random)
            since[given] = leasedAt
            schedule.admit(given, terms, bytes: 100, isReserved: isReserved, now: leasedAt)
        }

        mutating func step() {
            let endpoint = Int.random(in: 0..<9, using: &random)
            switch Int.random(in: 0..<9, using: &random) {
            case 0:
                let isFull = schedule.isBehindOnRecords
                if schedule.reserve(terms(endpoint), bytes: 100, now: now) {
                    #expect(!isFull)
                    reserved.append(terms(endpoint))
                }
            case 1:
                if let terms = reserved.popLast(), let number = Int(terms.endpointId.dropFirst()) {
                    admit(terms, number, isReserved: true)
                }
            case 2: if let terms = reserved.popLast() { schedule.release(terms, bytes: 100) }
            case 3: admit(terms(endpoint), endpoint, isReserved: false)
            case 4: now += Int.random(in: 0..<400, using: &random)
            case 5: _ = schedule.noteBehind("e\(endpoint)", now: now)
            case 6: writeOne()
            default: endOne()
            }
            begin()
        }

        mutating func endOne() {
            guard !running.isEmpty else { return }
            let flight = running.remove(at: Int.random(in: 0..<running.count, using: &random))
            let results: [AttemptResult] =
                flight.endpoint == 3
                ? [.timedOut, .unreachable] : [.accepted, .accepted, .accepted, .refused]
            let barred = flight.endpoint == 4
            schedule.end(
                flight.start.ticket,
                results.randomElement(using: &random) ?? .accepted,
                bars: barred,
                now: now
            )
            unwritten.append((flight.endpoint, barred))
            ended += 1
        }

        mutating func writeOne() {
            guard !unwritten.isEmpty else { return }
            let one = unwritten.remove(at: Int.random(in: 0..<unwritten.count, using: &random))
            schedule.noteWritten("e\(one.endpoint)", barred: one.barred)
        }

        mutating func begin() {
            schedule.surrenderStale(now: now)
            let isFull = schedule.isBehindOnRecords
            if isFull {
                var asked = schedule
                let plan = asked.claimPlan(now: now)
                #expect(plan == nil)
            }
            for start in schedule.start(now: now) {
                #expect(!isFull)
                #expect(now - (since[start.item] ?? now) < schedule.limits.waitMsMax)
                let endpoint = endpointOf[start.item] ?? -1
                #expect(
                    start.item > lastBegun[endpoint, default: 0],
                    "an endpoint's messages go in their order"
                )
                lastBegun[endpoint] = start.item
                #expect(!unwritten.contains { $0.barred && $0.endpoint == endpoint })
                running.append((start, endpoint))
            }
            surrendered += schedule.takeSurrendered().count
        }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `limits hold and nothing is lost`(seed: UInt64) {
        var limits = ScheduleLimits()
        limits.inFlightMax = 10
        limits.inFlightPerEndpointMax = 4
        limits.waitMsMax = 2_000
        limits.unwrittenMax = 15
        limits.itemsMax = 200
        limits.itemsPerTenantMax = 100
        var model = Model(schedule: Schedule(limits: limits), random: Seeded(state: seed))
        for _ in 0..<3_000 {
            model.step()
            let schedule = model.schedule
            #expect(schedule.inFlight == model.running.count)
            #expect(schedule.inFlight <= limits.inFlightHardMax)
            #expect(schedule.unwritten == model.unwritten.count)
            #expect(schedule.unwritten < limits.unwrittenMax + limits.inFlightHardMax)
            let late = model.running.count { schedule.lanes["e\($0.endpoint)"]?.isLate ?? false }
            #expect(schedule.inFlightLate == late)
            let waiting = model.given - model.ended - model.running.count - model.surrendered
            #expect(schedule.count == waiting + model.running.count + model.reserved.count)
            #expect(model.running.count { $0.endpoint == 1 } <= 2)
            for endpoint in 0..<9 { #expect(model.running.count { $0.endpoint == endpoint } <= 4) }
        }
        for terms in model.reserved { model.schedule.release(terms, bytes: 100) }
        model.reserved = []
        // Time goes on until all that is in memory has gone out or back.
        var rounds = 0
        while !model.schedule.isEmpty, rounds < 100_000 {
            model.endOne()
            model.writeOne()
            model.now = max(
                model.now + 1,
                min(model.schedule.nextChange(now: model.now) ?? .max, model.now + 50)
            )
            model.begin()
            rounds += 1
        }
        #expect(model.schedule.isEmpty)
        #expect(model.ended + model.surrendered == model.given)
    }
}
