import Crops
import Testing

@Suite struct CropPlannerTests {
    private let planner = CropPlanner(sourceWidth: 1280, sourceHeight: 720)
    private let shot = Shot(startMs: 0, endMs: 4000)

    private func track(_ boxes: [Rect], id: Int = 0) -> FaceTrack {
        FaceTrack(
            id: id,
            shotIndex: 0,
            hits: boxes.enumerated().map {
                FaceTrack.Hit(timeMs: $0.offset * 250, face: DetectedFace(box: $0.element, score: 0.9))
            },
            samplesInShot: 16
        )
    }

    private func still(_ box: Rect, id: Int = 0) -> FaceTrack {
        track(Array(repeating: box, count: 16), id: id)
    }

    private func crop(_ planned: ShotCrop?) -> Rect? {
        planned?.layout == .crop ? planned?.rect : nil
    }

    @Test func `a face at the side moves the crop to it`() throws {
        let box = Rect(x: 900, y: 150, width: 160, height: 200)

        let planned = planner.plan(ratio: .portrait, shots: [shot], tracks: [still(box)])

        let rect = try #require(crop(planned.first))
        #expect(planned.count == 1)
        #expect(rect == Rect(x: 778, y: 0, width: 406, height: 720))
        #expect(planned.first?.trackIDs == [0])
        #expect(planned.first?.notes == [])
    }

    @Test func `without a face the whole picture is shown and it is said`() {
        let planned = planner.plan(ratio: .portrait, shots: [shot], tracks: [])

        #expect(planned.count == 1)
        #expect(planned.first?.layout == .fit && planned.first?.notes == [.noFace])
        #expect(planned.first?.rect == Rect(x: 436, y: 0, width: 406, height: 720))
    }

    @Test func `the source's own ratio is the whole frame, with and without faces`() {
        let box = Rect(x: 900, y: 150, width: 160, height: 200)
        let whole = Rect(x: 0, y: 0, width: 1280, height: 720)

        #expect(crop(planner.plan(ratio: .landscape, shots: [shot], tracks: []).first) == whole)
        #expect(crop(planner.plan(ratio: .landscape, shots: [shot], tracks: [still(box)]).first) == whole)
    }

    @Test func `two faces near each other are both held`() throws {
        let left = Rect(x: 500, y: 200, width: 120, height: 150)
        let right = Rect(x: 700, y: 220, width: 110, height: 140)

        let planned = planner.plan(
            ratio: .portrait,
            shots: [shot],
            tracks: [still(left), still(right, id: 1)]
        )

        let rect = try #require(crop(planned.first))
        #expect(rect.contains(left) && rect.contains(right))
        #expect(planned.first?.trackIDs == [0, 1])
    }

    @Test func `a face that shows in less than a fifth of the samples does not rule the shot`() {
        let rare = track(Array(repeating: Rect(x: 900, y: 150, width: 160, height: 200), count: 3))
        let often = track(Array(repeating: Rect(x: 900, y: 150, width: 160, height: 200), count: 4))

        #expect(planner.plan(ratio: .portrait, shots: [shot], tracks: [rare]).first?.layout == .fit)
        #expect(planner.plan(ratio: .portrait, shots: [shot], tracks: [often]).first?.layout == .crop)
    }

    @Test func `a face seen all the time wins over a passer-by of equal size`() throws {
        let stays = Rect(x: 200, y: 200, width: 150, height: 150)
        let passes = track([Rect(x: 1000, y: 200, width: 150, height: 150)], id: 1)

        let planned = planner.plan(ratio: .portrait, shots: [shot], tracks: [passes, still(stays)])

        #expect(crop(planned.first)?.contains(stays) == true)
        #expect(planned.first?.notes == [])
    }

    @Test func `a face that walks through the picture is followed in still stretches`() throws {
        let boxes = (0..<16).map { Rect(x: $0 * 70, y: 200, width: 120, height: 150) }

        let planned = planner.plan(ratio: .portrait, shots: [shot], tracks: [track(boxes)])

        #expect(planned.count > 1)
        #expect(planned.first?.startMs == 0 && planned.last?.endMs == 4000)
        #expect(zip(planned, planned.dropFirst()).allSatisfy { $0.endMs == $1.startMs })
        #expect(planned.allSatisfy { $0.notes == [.faceMoves] && $0.endMs - $0.startMs >= 1000 })
        for (index, box) in boxes.enumerated() {
            let part = try #require(planned.first { $0.startMs <= index * 250 && index * 250 < $0.endMs })
            #expect(crop(part)?.contains(box) == true)
        }
    }

    @Test func `a face that leaves its seat for two samples is not followed, for three it is`() {
        let seat = Rect(x: 100, y: 200, width: 120, height: 150)
        let away = Rect(x: 900, y: 200, width: 120, height: 150)
        func boxes(away count: Int) -> [Rect] {
            (0..<16).map { (6..<(6 + count)).contains($0) ? away : seat }
        }

        let short = planner.plan(ratio: .portrait, shots: [shot], tracks: [track(boxes(away: 2))])
        let long = planner.plan(ratio: .portrait, shots: [shot], tracks: [track(boxes(away: 5))])

        #expect(short.count == 1 && crop(short.first)?.contains(seat) == true)
        #expect(long.count == 3 && crop(long[1])?.contains(away) == true)
        #expect(long.allSatisfy { $0.endMs - $0.startMs >= 1000 })
    }

    @Test func `a face at the edge of its crop has some room beside it`() throws {
        let boxes = (0..<16).map { index in
            Rect(x: index.isMultiple(of: 2) ? 400 : 646, y: 200, width: 120, height: 150)
        }

        let planned = planner.plan(ratio: .portrait, shots: [shot], tracks: [track(boxes)])

        let rect = try #require(crop(planned.first))
        #expect(planned.count == 1)
        #expect(rect.x <= 388 && rect.right >= 778)
    }

    @Test func `several ratios share their stretches, which end where one of them changes`() throws {
        let boxes = (0..<16).map { Rect(x: $0 * 70, y: 200, width: 120, height: 150) }
        let shots = [shot, Shot(startMs: 4000, endMs: 6000)]

        let stretches = planner.plan(
            ratios: [.portrait, .square, .landscape],
            shots: shots,
            tracks: [track(boxes)]
        )

        #expect(stretches.first?.startMs == 0 && stretches.last?.endMs == 6000)
        #expect(zip(stretches, stretches.dropFirst()).allSatisfy { $0.endMs == $1.startMs })
        #expect(stretches.allSatisfy { $0.crops.count == 3 })
        #expect(stretches.last?.shotIndex == 1)
        #expect(stretches.last?.crops[.portrait]?.layout == .fit)
    }

    @Test func `a face larger than the crop is centred and it is said`() throws {
        let box = Rect(x: 300, y: 20, width: 600, height: 690)

        let planned = planner.plan(ratio: .portrait, shots: [shot], tracks: [still(box)])

        let rect = try #require(crop(planned.first))
        #expect(abs(rect.centerX - box.centerX) <= 2)
        #expect(planned.first?.notes == [.faceLargerThanCrop])
    }

    @Test func `a square out of an upright source keeps room above the head`() throws {
        let upright = CropPlanner(sourceWidth: 720, sourceHeight: 1280)
        let box = Rect(x: 260, y: 500, width: 200, height: 240)

        let rect = try #require(crop(upright.plan(ratio: .square, shots: [shot], tracks: [still(box)]).first))

        #expect(rect.width == 720 && rect.height == 720 && rect.x == 0)
        #expect(box.y - rect.y >= 84 && rect.contains(box))
        #expect(box.centerY - Double(rect.y) < 360)
    }

    @Test(arguments: 0..<40)
    func `every crop is even, inside the source, of its ratio, and holds its faces`(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        for _ in 0..<50 {
            let width = Int.random(in: 1...2200, using: &random)
            let height = Int.random(in: 1...2200, using: &random)
            let planner = CropPlanner(sourceWidth: width, sourceHeight: height)
            let tracks = (0..<Int.random(in: 0...3, using: &random)).map { id in
                let side = Int.random(in: 1...max(1, min(width, height)), using: &random)
                let moves = Int.random(in: 0...40, using: &random)
                let x = Int.random(in: -10...width, using: &random)
                let y = Int.random(in: -10...height, using: &random)
                return track(
                    (0..<16).map { Rect(x: x + $0 * moves, y: y, width: side, height: side) },
                    id: id
                )
            }
            for ratio in [CropRatio.portrait, .square, .landscape, CropRatio(width: 4, height: 5)] {
                try check(planner, ratio, tracks)
            }
        }
    }

    private func check(_ planner: CropPlanner, _ ratio: CropRatio, _ tracks: [FaceTrack]) throws {
        let planned = planner.plan(ratio: ratio, shots: [shot], tracks: tracks)
        #expect(planned.first?.startMs == 0 && planned.last?.endMs == 4000)
        let frame = Rect(x: 0, y: 0, width: planner.sourceWidth & ~1, height: planner.sourceHeight & ~1)
        for part in planned where planner.cropSize(ratio) != nil {
            let rect = part.rect
            #expect(frame.contains(rect), "\(rect) in \(frame)")
            #expect([rect.x, rect.y, rect.width, rect.height].allSatisfy { $0.isMultiple(of: 2) })
            let idealWidth = Double(rect.height) * Double(ratio.width) / Double(ratio.height)
            let idealHeight = Double(rect.width) * Double(ratio.height) / Double(ratio.width)
            #expect(abs(Double(rect.width) - idealWidth) <= 1 || abs(Double(rect.height) - idealHeight) <= 1)
            for id in part.trackIDs where part.layout == .crop {
                let track = try #require(tracks.first { $0.id == id })
                for hit in track.hits where hit.timeMs >= part.startMs && hit.timeMs < part.endMs {
                    #expect(
                        rect.contains(hit.face.box.intersection(frame))
                            || hit.face.box.intersection(frame).area == 0
                    )
                }
            }
        }
    }
}
