import Pipeline
import RunModelSupport
import StudioSupport
import Testing

/// Whole runs under random orders of all that can happen to them.
///
/// A failure prints its seed and a short sequence.
@Suite struct RunPropertyTests {
    private static let seeds: Range<UInt64> = 1..<1_501
    private static let stepsMax = 160

    @Test func `no rule breaks, whatever happens in whatever order`() {
        var ends: Set<RunState> = []
        for seed in Self.seeds {
            var generator = SeededGenerator(seed: seed)
            let steps = (0..<Self.stepsMax).map { _ in RunStep.random(using: &generator) }
            let (model, broken) = Self.play(steps)
            ends.insert(model.run)
            guard broken.isEmpty else {
                let short = Shrinking.shortest(steps) { !Self.play($0).broken.isEmpty }
                Issue.record("seed \(seed): \(Self.play(short).broken) after \(short)")
                return
            }
        }
        // The walk is no walk if it does not get everywhere.
        #expect(ends == Set(RunState.allCases))
    }

    @Test func `each signal again changes nothing`() {
        for seed in Self.seeds.prefix(500) {
            var generator = SeededGenerator(seed: seed)
            var model = RunModel()
            for _ in 0..<Self.stepsMax {
                let step = RunStep.random(using: &generator)
                guard case .signal(let pick, let event, let offset) = step, !model.pieces.isEmpty else {
                    model.apply(step)
                    continue
                }
                let index = pick % model.pieces.count
                let signal = TaskSignal(event, attempt: model.pieces[index].attempt + offset)
                guard signal.attempt <= model.pieces[index].attempt else { continue }
                model.signal(index, signal)
                let once = model
                model.signal(index, signal)
                #expect(model == once, "seed \(seed): \(signal)")
            }
        }
    }

    @Test func `a failing sequence is made short`() {
        let short = Shrinking.shortest(Array(0..<100)) { $0.contains(17) && $0.contains(71) }
        #expect(short == [17, 71])
    }

    private static func play(_ steps: [RunStep]) -> (model: RunModel, broken: [String]) {
        var model = RunModel()
        for step in steps {
            let before = model
            model.apply(step)
            let broken = model.broken(since: before, by: step)
            if !broken.isEmpty { return (model, broken) }
        }
        return (model, [])
    }
}
