import Pipeline
import RunModelSupport
import StudioSupport
import Testing

/// What providers really did decides how a run ends, and nothing else: not the order of what they say, not how often
/// they say it, not what gets lost.
@Suite struct ConfluenceTests {
    private static let truths: Range<UInt64> = 1..<301
    private static let orders: UInt64 = 4

    @Test func `the same truth ends in the same state, in every order, with doubles and drops`() {
        var ends: Set<RunState> = []
        for truth in Self.truths {
            let first = Self.play(Truth(seed: truth), order: 0)
            ends.insert(first.run)
            #expect(first.run.isTerminal && first.standing.isEmpty, "truth \(truth): \(first.standing)")
            for order in 1..<Self.orders {
                let other = Self.play(Truth(seed: truth), order: order)
                #expect(other.run == first.run, "truth \(truth), order \(order)")
                #expect(other.shorts == first.shorts, "truth \(truth), order \(order)")
                // A stage that failed for good ends the others wherever they are.
                guard first.run != .failed else { continue }
                #expect(other.jobs == first.jobs, "truth \(truth), order \(order)")
                #expect(Self.ends(other) == Self.ends(first), "truth \(truth), order \(order)")
            }
        }
        #expect(ends == [.fullyGenerated, .deliveryFailed, .failed])
    }

    /// How each task ended, whenever it was made.
    private static func ends(_ model: RunModel) -> Set<String> {
        Set(
            model.pieces.map {
                "\($0.owner) \($0.jobAttempt) \($0.state) \($0.attempt) \($0.failures) \($0.losses)"
            }
        )
    }

    /// Runs to the end: every signal may come late, twice or never; a poll tells the truth at last.
    private static func play(_ truth: Truth, order: UInt64) -> RunModel {
        var generator = SeededGenerator(seed: truth.seed &* 1_000_003 &+ order)
        var model = RunModel()
        var underway: [(index: Int, signal: TaskSignal)] = []
        while !model.run.isTerminal {
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<3:
                model.apply(.claim)
                while let stage = model.held.first(where: { $0 != .compose }) {
                    model.apply(.delegate(model.held.firstIndex(of: stage) ?? 0))
                }
                model.apply(.compose(shorts: truth.shorts))
            case 3..<5:
                // A provider says all that it has to say of an attempt, some of it twice.
                guard let index = model.pieces.indices.randomElement(using: &generator) else { continue }
                let attempt = model.pieces[index].attempt
                let told = TaskSignal(truth.end(of: model.pieces[index]), attempt: attempt)
                underway += [
                    (index, TaskSignal(.dispatched, attempt: attempt)),
                    (index, TaskSignal(.progress, attempt: attempt)), (index, told), (index, told),
                ]
            case 5..<9:
                guard let pick = underway.indices.randomElement(using: &generator) else { continue }
                let (index, signal) = underway.remove(at: pick)
                // One in four is lost.
                if Int.random(in: 0..<4, using: &generator) > 0 { model.signal(index, signal) }
            default:
                guard let index = model.pieces.indices.randomElement(using: &generator) else { continue }
                let piece = model.pieces[index]
                model.signal(index, TaskSignal(truth.end(of: piece), attempt: piece.attempt))
            }
        }
        // What is still underway comes too late.
        for (index, signal) in underway { model.signal(index, signal) }
        return model
    }
}

/// What becomes of every attempt of every task, drawn once.
private struct Truth {
    let seed: UInt64
    let shorts: Int

    init(seed: UInt64) {
        self.seed = seed
        shorts = Int(seed % 4) + 1
    }

    func end(of piece: RunModel.Piece) -> TaskSignal.Event {
        let owner =
            switch piece.owner {
            case .stage(let stage): stage.rawValue
            case .short(let short): "short \(short)"
            case .nobody: "nobody"
            }
        // Not Swift's own hash: it differs from process to process.
        let text = "\(seed) \(owner) \(piece.jobAttempt) \(piece.attempt)"
        let mark = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        var generator = SeededGenerator(seed: mark)
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<65: return .completed
        case 65..<70: return .completedInPart(Failure(.broken, isRetryable: true))
        case 70..<80: return .forgotten
        case 80..<97: return .failed(Failure(.broken, isRetryable: true))
        default: return .failed(Failure(.badInput, isRetryable: false))
        }
    }
}
