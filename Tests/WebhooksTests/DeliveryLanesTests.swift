import Testing

@testable import Webhooks

@Suite struct DeliveryLanesTests {
    typealias Lanes = DeliveryLanes<Int>

    @Test func `an endpoint runs only so many at once and the rest in order`() {
        var lanes = Lanes(limits: .init(inFlightMax: 10, inFlightPerEndpointMax: 2, inFlightSlowMax: 2))

        let started = lanes.admit((1...4).map { ("a", $0) } + [("b", 5)])

        #expect(started == [1, 2, 5])
        #expect(lanes.closedEndpoints == ["a"])
        #expect(lanes.freeSlots == 5)
        #expect(lanes.finish("a", isSlow: false) == [3])
        #expect(lanes.finish("a", isSlow: false) == [4])
        #expect(lanes.finish("a", isSlow: false).isEmpty)
        #expect(lanes.finish("a", isSlow: false).isEmpty)
        #expect(lanes.finish("b", isSlow: false).isEmpty)
        #expect(lanes.isIdle)
        #expect(lanes.freeSlots == 10)
    }

    @Test func `a slow endpoint keeps one slot until it answers again`() {
        var lanes = Lanes(limits: .init(inFlightMax: 10, inFlightPerEndpointMax: 3, inFlightSlowMax: 5))
        _ = lanes.admit((1...5).map { ("a", $0) })

        #expect(lanes.finish("a", isSlow: true).isEmpty)
        #expect(lanes.finish("a", isSlow: true).isEmpty)
        #expect(lanes.finish("a", isSlow: true) == [4])
        #expect(lanes.finish("a", isSlow: false) == [5])
        #expect(lanes.finish("a", isSlow: false).isEmpty)
        #expect(lanes.isIdle)
        #expect(lanes.admit((6...9).map { ("a", $0) }) == [6, 7, 8])
    }

    @Test func `slow endpoints together cannot take all slots`() {
        var lanes = Lanes(limits: .init(inFlightMax: 10, inFlightPerEndpointMax: 1, inFlightSlowMax: 2))
        for endpoint in ["a", "b", "c"] {
            _ = lanes.admit([(endpoint, 0)])
            _ = lanes.finish(endpoint, isSlow: true)
        }

        _ = lanes.admit([("a", 1), ("b", 2)])

        #expect(Set(lanes.closedEndpoints) == ["a", "b", "c"])
        _ = lanes.finish("a", isSlow: false)
        #expect(lanes.closedEndpoints == ["b"])
    }

    @Test func `limits hold whatever comes and ends`() {
        var generator = SystemRandomNumberGenerator()
        var lanes = Lanes(limits: .init(inFlightMax: 8, inFlightPerEndpointMax: 3, inFlightSlowMax: 3))
        let names = ["a", "b", "c", "d"]
        var running: [String] = []
        var owner: [Int: String] = [:]
        var admitted = 0
        var ended = 0
        for number in 0..<5000 {
            if Bool.random(using: &generator), lanes.freeSlots > 0 {
                let name = names[Int.random(in: 0..<4, using: &generator)]
                owner[number] = name
                admitted += 1
                running += lanes.admit([(name, number)]).compactMap { owner[$0] }
            } else if !running.isEmpty {
                let name = running.remove(at: Int.random(in: 0..<running.count, using: &generator))
                ended += 1
                let started = lanes.finish(name, isSlow: Int.random(in: 0..<3, using: &generator) == 0)
                running += started.compactMap { owner[$0] }
            }
            #expect(running.count == lanes.inFlight)
            #expect(running.count <= 8)
            #expect(names.allSatisfy { name in running.count { $0 == name } <= 3 })
        }
        while !running.isEmpty {
            ended += 1
            let started = lanes.finish(running.removeFirst(), isSlow: false)
            running += started.compactMap { owner[$0] }
        }
        #expect(lanes.isIdle)
        #expect(admitted == ended)
    }

    @Test func `what has not started can be dropped`() {
        var lanes = Lanes(limits: .init(inFlightMax: 10, inFlightPerEndpointMax: 1, inFlightSlowMax: 5))
        _ = lanes.admit([("a", 1), ("a", 2), ("a", 3)])

        lanes.dropWaiting()

        #expect(lanes.finish("a", isSlow: false).isEmpty)
        #expect(lanes.isIdle)
    }
}
