import StudioSupport

/// What is broken when, all of it from a seed.
struct ChaosPlan: Sendable {
    enum Fault: Sendable {
        /// A gateway is killed with signal 9 and stays down for a while.
        case killGateway(Int, downMs: Int)
        /// A gateway is stopped, mostly past its leases, and goes on.
        case stopGateway(Int, ms: Int)
        /// The worker forgets every task and is away for a while.
        case killWorker(downMs: Int)
        /// Postgres ends without a checkpoint, as at a crash.
        case killPostgres(downMs: Int)
    }

    /// One kind of fault: each step waits and then strikes.
    typealias Stream = [(afterMs: Int, fault: Fault)]

    let streams: [Stream]

    init(seed: UInt64, seconds: Int, gateways: Int) {
        var random = SeededGenerator(seed: seed)
        let longest = max(seconds * 1_000 / 3, 2_000)
        func stream(_ pauseMs: ClosedRange<Int>, _ fault: (inout SeededGenerator) -> Fault) -> Stream {
            var steps: Stream = []
            var clock = 0
            while true {
                let pause = Int.random(
                    in: min(pauseMs.lowerBound, longest)...min(pauseMs.upperBound, longest),
                    using: &random
                )
                clock += pause
                guard clock < seconds * 1_000 else { return steps }
                steps.append((pause, fault(&random)))
            }
        }
        streams = [
            stream(2_000...10_000) { random in
                .killGateway(
                    Int.random(in: 0..<gateways, using: &random),
                    downMs: Int.random(in: 0...2_000, using: &random)
                )
            },
            stream(8_000...30_000) { random in
                .stopGateway(
                    Int.random(in: 0..<gateways, using: &random),
                    ms: Int.random(in: 500...6_000, using: &random)
                )
            },
            stream(4_000...20_000) { random in .killWorker(downMs: Int.random(in: 0...2_000, using: &random))
            },
            stream(5_000...40_000) { random in
                .killPostgres(downMs: Int.random(in: 0...2_000, using: &random))
            },
        ]
    }
}
