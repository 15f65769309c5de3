import Crops
import Testing

@Suite struct SpeakerFinderTests {
    private let shot = Shot(startMs: 1000, endMs: 21_000)
    private let speech = [0..<30_000]

    /// Eight samples a second for two faces; `speaker` tells whose mouth moves, `factor` how much each shows of it.
    private func samples(
        noise: Double = 0.02,
        factor: [Int: Double] = [0: 1, 1: 1],
        _ speaker: (Int) -> Int?
    ) -> [MouthSample] {
        stride(from: 1000, to: 21_000, by: 125).flatMap { time in
            [0, 1].map { id in
                // Lips open and close.
                let motion = speaker(time) == id ? (time / 125).isMultiple(of: 2) ? 0.3 : 0.1 : noise
                return MouthSample(trackID: id, timeMs: time, motion: motion * (factor[id] ?? 1))
            }
        }
    }

    private func find(
        _ samples: [MouthSample],
        turns: [SpeakerTurn] = [],
        speech: [Range<Int>]? = nil
    ) -> [SpokenStretch] {
        SpeakerFinder().stretches(
            shot: shot,
            trackIDs: [0, 1],
            samples: samples,
            speech: speech ?? self.speech,
            turns: turns
        )
    }

    private func turns(_ edges: [Int]) -> [SpeakerTurn] {
        zip(edges, edges.dropFirst()).enumerated().map { index, edge in
            SpeakerTurn(speaker: "speaker-\(index % 2)", startMs: edge.0, endMs: edge.1 - 100)
        }
    }

    @Test func `each turn goes to the face whose mouth moves, cut at the turn`() {
        let found = find(
            samples { ($0 / 5000).isMultiple(of: 2) ? 0 : 1 },
            turns: turns([0, 5000, 10_000, 15_000, 22_000])
        )

        #expect(found.map(\.trackID) == [0, 1, 0, 1])
        #expect(found.map(\.startMs) == [1000, 5000, 10_000, 15_000])
        #expect(found.last?.endMs == 21_000)
    }

    @Test func `a voice keeps its face in a turn in which no mouth is seen to lead`() {
        let found = find(
            samples { (10_000..<15_000).contains($0) ? nil : ($0 / 5000).isMultiple(of: 2) ? 0 : 1 },
            turns: turns([0, 5000, 10_000, 15_000, 22_000])
        )

        #expect(found.map(\.trackID) == [0, 1, 0, 1])
    }

    @Test func `without turns the mouths decide alone, within half a second`() {
        let found = find(samples { $0 < 9000 ? 0 : 1 })

        #expect(found.map(\.trackID) == [0, 1])
        #expect(abs((found.last?.startMs ?? 0) - 9000) <= 500)
    }

    @Test func `one voice is one face all through, or nobody's`() {
        let one = [SpeakerTurn(speaker: "speaker-0", startMs: 0, endMs: 30_000)]

        #expect(find(samples { (6000..<8000).contains($0) ? 1 : 0 }, turns: one).map(\.trackID) == [0])
        #expect(find(samples { $0 < 11_000 ? 0 : 1 }, turns: one).map(\.trackID) == [nil])
    }

    @Test func `mouths alone that change every two seconds are not believed`() {
        #expect(find(samples { ($0 / 2200).isMultiple(of: 2) ? 0 : 1 }).map(\.trackID) == [nil])
    }

    @Test func `faces that speak by short turns amid long ones are shown together`() {
        let found = find(
            samples { time in
                (8000..<12_000).contains(time) ? (time / 1000 + 1) % 2 : time < 8000 ? 0 : 1
            }
        )

        #expect(found.map(\.trackID) == [0, nil, 1])
        #expect(abs(found[1].startMs - 8000) <= 800 && abs(found[1].endMs - 12_000) <= 800)
    }

    @Test func `a face in the dark counts as much as one in the light`() {
        let found = find(samples(factor: [0: 1, 1: 0.5]) { ($0 / 5000).isMultiple(of: 2) ? 0 : 1 })

        #expect(found.map(\.trackID) == [0, 1, 0, 1, 0])
    }

    @Test func `a listener is never shown for the noise of a picture`() {
        #expect(find(samples(noise: 0.08) { _ in 0 }).map(\.trackID) == [0])
    }

    @Test func `still mouths, two that move alike, and silence tell nothing`() {
        let still = find(samples { _ in nil })
        let alike = find(samples(noise: 0.2) { _ in nil })
        let silent = find(samples { _ in 0 }, speech: [])
        let blind = find([])

        for found in [still, alike, silent, blind] {
            #expect(found == [SpokenStretch(startMs: 1000, endMs: 21_000, trackID: nil)])
        }
    }

    @Test func `a word thrown in does not cut the picture`() {
        let found = find(
            samples { (9000..<9700).contains($0) ? 1 : 0 },
            turns: turns([0, 9000, 9700, 22_000])
        )

        #expect(found.map(\.trackID) == [0])
    }

    @Test func `turns that are short one after another show both`() {
        let edges = [0, 6000, 7300, 8600, 9900, 11_200, 22_000]
        let found = find(
            samples { time in (edges.lastIndex { $0 <= time } ?? 0).isMultiple(of: 2) ? 0 : 1 },
            turns: turns(edges)
        )

        #expect(found.map(\.trackID) == [0, nil, 1])
        #expect(found.map(\.startMs) == [1000, 6000, 11_200])
    }

    @Test func `a face that is not in the picture does not speak there`() {
        let all = samples(noise: 0.1) { _ in 1 }
        let found = find(all.filter { $0.trackID == 0 || $0.timeMs >= 11_000 })

        #expect(found.map(\.trackID) == [0, 1])
    }

    @Test(arguments: 0..<10) func `whatever comes in, stretches cover the shot and none is hasty`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<10 {
            let noisy = samples { _ in Int.random(in: -1...1, using: &random) }
            var edges = [0]
            while edges[edges.count - 1] < 22_000 {
                edges.append(edges[edges.count - 1] + Int.random(in: 150...4000, using: &random))
            }
            let found = find(noisy, turns: Bool.random(using: &random) ? turns(edges) : [])

            #expect(found.first?.startMs == 1000 && found.last?.endMs == 21_000)
            #expect(zip(found, found.dropFirst()).allSatisfy { $0.endMs == $1.startMs })
            #expect(zip(found, found.dropFirst()).allSatisfy { $0.trackID != $1.trackID })
            #expect(found.allSatisfy { $0.lengthMs >= 1000 })
        }
    }
}
