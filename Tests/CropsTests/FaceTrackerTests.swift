import Crops
import Testing

@Suite struct FaceTrackerTests {
    private func face(_ x: Int, _ y: Int = 100, size: Int = 80, score: Double = 0.9) -> DetectedFace {
        DetectedFace(box: Rect(x: x, y: y, width: size, height: size), score: score)
    }

    private func samples(_ faces: [[DetectedFace]], everyMs: Int = 250) -> [FaceSample] {
        faces.enumerated().map { FaceSample(timeMs: $0.offset * everyMs, faces: $0.element) }
    }

    @Test func `two people stay two tracks, also when the detector swaps their order`() {
        let input = samples(
            (0..<8).map { i in
                let pair = [face(100 + i * 5), face(400 - i * 5)]
                return i.isMultiple(of: 2) ? pair : pair.reversed()
            }
        )

        let tracks = FaceTracker().tracks(samples: input, shots: [Shot(startMs: 0, endMs: 2000)])

        #expect(tracks.count == 2)
        #expect(tracks.allSatisfy { $0.hits.count == 8 && $0.samplesInShot == 8 })
        #expect(Set(tracks.map(\.extent.x)) == [100, 365])
    }

    @Test func `two hits near each other are a face, one alone and two far apart are chance`() {
        let shot = [Shot(startMs: 0, endMs: 2500)]
        let once = samples([[face(100)], [], [], [], [], [], [], []])
        let twice = samples([[face(100)], [], [], [], [face(100)], [], [], []])
        let spread = samples([[face(100)], [], [], [], [], [face(100)], [], []])

        #expect(FaceTracker().tracks(samples: once, shots: shot).isEmpty)
        #expect(FaceTracker().tracks(samples: twice, shots: shot).count == 1)
        #expect(FaceTracker().tracks(samples: spread, shots: shot).isEmpty)
    }

    @Test func `a face that comes back to its place is the same seat`() {
        let away = (0..<20).map { i in (6..<14).contains(i) ? [] : [face(200 + i)] }

        let tracks = FaceTracker().tracks(samples: samples(away), shots: [Shot(startMs: 0, endMs: 5000)])

        #expect(tracks.count == 1)
        #expect(tracks.first?.hits.count == 12 && tracks.first?.samplesInShot == 20)
    }

    @Test func `one box that leaps is passed over, a face that moves on is not`() {
        let leaps = samples((0..<8).map { i in [face(200, size: i == 4 ? 130 : 80)] })
        let moves = samples((0..<8).map { i in [face(200 + i * 40)] })
        let shot = [Shot(startMs: 0, endMs: 2000)]

        let still = FaceTracker().tracks(samples: leaps, shots: shot)
        let moving = FaceTracker().tracks(samples: moves, shots: shot)

        #expect(still.map(\.extent) == [Rect(x: 200, y: 100, width: 80, height: 80)])
        #expect(moving.map(\.extent) == [Rect(x: 200, y: 100, width: 360, height: 80)])
    }

    @Test func `two hits are enough in a short shot, one is not`() {
        let shot = [Shot(startMs: 0, endMs: 800)]

        #expect(FaceTracker().tracks(samples: samples([[face(1)], [face(2)]]), shots: shot).count == 1)
        #expect(FaceTracker().tracks(samples: samples([[face(1)], []]), shots: shot).isEmpty)
    }

    @Test func `a cut ends a track even where the face stays in place`() {
        let input = samples((0..<12).map { _ in [face(200)] })
        let shots = Shot.split(endMs: 3000, cutsMs: [1500])

        let tracks = FaceTracker().tracks(samples: input, shots: shots)

        #expect(tracks.map(\.shotIndex) == [0, 1])
        #expect(tracks.map(\.hits.count) == [6, 6])
    }

    @Test func `a jump across the picture and a doubtful face make no track`() {
        let jumping = samples((0..<8).map { i in [face(i.isMultiple(of: 2) ? 0 : 500)] })
        let doubtful = samples((0..<8).map { _ in [face(200, score: 0.6)] })
        let shot = [Shot(startMs: 0, endMs: 2000)]

        #expect(FaceTracker().tracks(samples: jumping, shots: shot).count == 2)
        #expect(FaceTracker().tracks(samples: doubtful, shots: shot).isEmpty)
    }

    @Test func `shots join at the cuts, and cuts too near to each other are passed over`() {
        let shots = Shot.split(startMs: 100, endMs: 5000, cutsMs: [3000, 1000, 1100, 4950, 0, 9000])

        #expect(shots.map(\.startMs) == [100, 1000, 3000])
        #expect(shots.map(\.endMs) == [1000, 3000, 5000])
        #expect(Shot.split(startMs: 5, endMs: 5, cutsMs: []).isEmpty)
    }
}
