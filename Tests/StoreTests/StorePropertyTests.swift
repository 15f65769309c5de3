import Pipeline
import RunModelSupport
import Store
import StudioSupport
import Testing

/// The real store, driven by random signals, is always where the model is.
///
/// A failure prints its seed.
@Suite struct StorePropertyTests {
    private static let stepsMax = 70

    @Test(arguments: UInt64(1)...10)
    func `the store goes where the pure decisions say`(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let walk = try await StoreWalk()
        var taken: [RunStep] = []
        for _ in 0..<Self.stepsMax {
            let step = RunStep.random(using: &generator)
            let earlier = walk.currentLeases
            try await walk.step(step)
            taken.append(step)
            var differences = try await walk.differences()
            // Whoever held a job before, and lost it, can do nothing with it.
            for (stage, lease) in earlier where walk.currentLeases[stage] != lease {
                if try await walk.stepLate(lease) { differences.append("a late lease completed \(stage)") }
            }
            guard differences.isEmpty else {
                Issue.record("seed \(seed), after \(taken): \(differences)")
                return
            }
        }
    }
}
