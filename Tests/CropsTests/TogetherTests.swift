import Crops
import Testing

/// Faces that do not fit into one crop.
@Suite struct TogetherTests {
    private let planner = CropPlanner(sourceWidth: 1280, sourceHeight: 720)
    private let shot = Shot(startMs: 0, endMs: 8000)
    private let left = Rect(x: 200, y: 200, width: 130, height: 160)
    private let right = Rect(x: 960, y: 190, width: 150, height: 180)
    private let middle = Rect(x: 580, y: 200, width: 140, height: 170)

    private func seat(_ box: Rect, _ id: Int, hits: Range<Int> = 0..<20) -> FaceTrack {
        FaceTrack(
            id: id,
            shotIndex: 0,
            hits: hits.map {
                FaceTrack.Hit(timeMs: $0 * 400, face: DetectedFace(box: box, score: 0.9))
            },
            samplesInShot: 20
        )
    }

    private func plan(
        _ ratio: CropRatio,
        _ tracks: [FaceTrack],
        _ speech: [SpokenStretch] = []
    ) -> [ShotCrop] {
        planner.plan(ratio: ratio, shots: [shot], tracks: tracks, speech: [0: speech])
    }

    @Test(arguments: [CropRatio.portrait, CropRatio(width: 1, height: 1)])
    func `two faces of whom nobody knows who speaks are stacked, the left one on top`(
        ratio: CropRatio
    ) throws {
        let planned = plan(ratio, [seat(right, 0), seat(left, 1)])

        #expect(planned.count == 1 && planned.first?.notes == [])
        guard case .stacked(let top, let bottom) = planned.first?.layout else {
            Issue.record("not stacked: \(planned)")
            return
        }
        #expect(top.contains(left) && bottom.contains(right))
        #expect(top.right <= right.x && bottom.x >= left.right)
        for part in [top, bottom] {
            #expect(Rect(x: 0, y: 0, width: 1280, height: 720).contains(part))
            #expect([part.x, part.y, part.width, part.height].allSatisfy { $0.isMultiple(of: 2) })
            let shape = Double(part.width) / Double(part.height)
            let wanted = Double(ratio.width * 2) / Double(ratio.height)
            #expect(abs(shape / wanted - 1) < 0.02)
        }
        // For styles that crop: the better of both.
        #expect(planned.first?.rect.contains(right) == true)
        #expect(planned.first?.trackIDs == [0, 1])
    }

    @Test func `who speaks is shown alone, always from the same seat, and the picture is cut at turns`() {
        let speech = [
            SpokenStretch(startMs: 0, endMs: 3000, trackID: 0),
            SpokenStretch(startMs: 3000, endMs: 5000, trackID: 1),
            SpokenStretch(startMs: 5000, endMs: 8000, trackID: 0),
        ]

        let planned = plan(.portrait, [seat(left, 0), seat(right, 1)], speech)

        #expect(planned.map(\.startMs) == [0, 3000, 5000] && planned.map(\.endMs) == [3000, 5000, 8000])
        #expect(planned.allSatisfy { $0.layout == .crop && $0.notes == [] })
        #expect(planned[0].rect.contains(left) && planned[1].rect.contains(right))
        #expect(planned[0].rect == planned[2].rect)
    }

    @Test func `what the speech leaves open is stacked`() {
        let speech = [SpokenStretch(startMs: 2000, endMs: 6000, trackID: 0)]

        let planned = plan(.portrait, [seat(left, 0), seat(right, 1)], speech)

        #expect(planned.map(\.endMs) == [2000, 6000, 8000])
        #expect(planned[1].layout == .crop && planned[0].layout == planned[2].layout)
        #expect(planned[0].layout != .crop && planned[0].layout != .fit)
    }

    @Test func `three faces are shown whole, unless it is known who speaks`() {
        let faces = [seat(left, 0), seat(right, 1), seat(middle, 2)]

        let open = plan(.portrait, faces)
        let known = plan(.portrait, faces, [SpokenStretch(startMs: 0, endMs: 8000, trackID: 2)])

        #expect(open.map(\.layout) == [.fit] && open.first?.notes == [])
        #expect(known.map(\.layout) == [.crop] && known.first?.rect.contains(middle) == true)
    }

    @Test func `faces that are seldom seen together, or overlap on their ways, are not stacked`() {
        let seldom = [seat(left, 0, hits: 0..<14), seat(right, 1, hits: 6..<20)]
        let apart = [seat(left, 0, hits: 0..<12), seat(right, 1, hits: 9..<20)]
        let walker = FaceTrack(
            id: 1,
            shotIndex: 0,
            hits: (0..<20).map {
                let box = Rect(x: 100 + $0 * 50, y: 190, width: 150, height: 180)
                return FaceTrack.Hit(timeMs: $0 * 400, face: DetectedFace(box: box, score: 0.9))
            },
            samplesInShot: 20
        )

        #expect(plan(.portrait, seldom).first?.layout == .fit)
        #expect(plan(.portrait, apart).first?.layout == .fit)
        #expect(plan(.portrait, [seat(left, 0), walker]).first?.layout == .fit)
    }

    @Test func `a picture wider than high is never stacked`() {
        let upright = CropPlanner(sourceWidth: 720, sourceHeight: 1280)
        let faces = [
            seat(Rect(x: 60, y: 100, width: 150, height: 180), 0),
            seat(Rect(x: 400, y: 1000, width: 150, height: 180), 1),
        ]

        let planned = upright.plan(ratio: .landscape, shots: [shot], tracks: faces)

        #expect(planned.map(\.layout) == [.fit])
    }

    @Test func `only faces that do not fit together have to be told apart`() {
        let near = Rect(x: 380, y: 200, width: 130, height: 160)

        #expect(planner.contenders(ratio: .portrait, tracks: [seat(left, 0), seat(near, 1)]).isEmpty)
        #expect(planner.contenders(ratio: .portrait, tracks: [seat(left, 0), seat(right, 1)]).count == 2)
        #expect(planner.contenders(ratio: .landscape, tracks: [seat(left, 0), seat(right, 1)]).isEmpty)
        #expect(planner.contenders(ratio: .portrait, tracks: [seat(left, 0)]).isEmpty)
        #expect(planner.contenders(ratio: .portrait, tracks: []).isEmpty)
    }

    @Test(arguments: 0..<20)
    func `every part of a stack is even, inside the source, and holds its face`(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<100 {
            let width = Int.random(in: 64...2200, using: &random)
            let height = Int.random(in: 64...2200, using: &random)
            let planner = CropPlanner(sourceWidth: width, sourceHeight: height)
            let boxes = (0..<2).map { _ in
                let side = Int.random(in: 8...max(8, min(width, height) / 2), using: &random)
                return Rect(
                    x: Int.random(in: -4...width, using: &random),
                    y: Int.random(in: -4...height, using: &random),
                    width: side,
                    height: side
                )
            }
            let tracks = [seat(boxes[0], 0), seat(boxes[1], 1)]
            let frame = Rect(x: 0, y: 0, width: width & ~1, height: height & ~1)
            for ratio in [CropRatio.portrait, .square] {
                let planned = planner.plan(ratio: ratio, shots: [shot], tracks: tracks)
                for case .stacked(let top, let bottom) in planned.map(\.layout) {
                    let faces = boxes.map { $0.intersection(frame) }.sorted { $0.centerX < $1.centerX }
                    for (part, face) in zip([top, bottom], faces) {
                        #expect(frame.contains(part) && (part.contains(face) || face.area == 0))
                        #expect(
                            [part.x, part.y, part.width, part.height].allSatisfy { $0.isMultiple(of: 2) }
                        )
                    }
                }
            }
        }
    }
}
