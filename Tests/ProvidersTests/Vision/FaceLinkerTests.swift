import StudioSupport
import Testing

@testable import Providers

@Suite struct FaceLinkerTests {
    private func seen(
        _ tMs: Int,
        x: Double,
        y: Double = 0.2,
        size: Double = 0.1,
        score: Double = 0.9
    ) -> FaceSighting {
        FaceSighting(tMs: tMs, x: x, y: y, width: size, height: size, score: score)
    }

    @Test func `two faces side by side are followed each on its own way`() {
        let times = Array(stride(from: 0, through: 2_000, by: 200))
        // The order within a moment changes, and both move to the right.
        let sightings = times.flatMap { tMs in
            let drift = Double(tMs) / 20_000
            let pair = [seen(tMs, x: 0.2 + drift), seen(tMs, x: 0.6 + drift)]
            return tMs % 400 == 0 ? pair : pair.reversed()
        }
        for order in [sightings, sightings.reversed()] {
            let faces = FaceLinker.faces(order)
            #expect(faces.map(\.id) == ["face-0", "face-1"])
            #expect(faces.map { $0.sightings.map(\.tMs) } == [times, times])
            #expect(
                faces[0].sightings.allSatisfy { $0.x < 0.5 } && faces[1].sightings.allSatisfy { $0.x > 0.5 }
            )
        }
    }

    @Test func `a face that was away for too long, jumped or changed its size is another one`() {
        let gap = FaceLinker.gapMsMax
        func count(_ second: FaceSighting) -> Int {
            FaceLinker.faces([
                seen(0, x: 0.2), seen(200, x: 0.2), second,
                FaceSighting(
                    tMs: second.tMs + 200,
                    x: second.x,
                    y: second.y,
                    width: second.width,
                    height: second.height,
                    score: 0.9
                ),
            ]).count
        }
        #expect(count(seen(200 + gap, x: 0.2)) == 1)
        #expect(count(seen(201 + gap, x: 0.2)) == 2)
        #expect(count(seen(400, x: 0.279)) == 1)
        #expect(count(seen(400, x: 0.281)) == 2)
        #expect(count(seen(400, x: 0.15, y: 0.15, size: 0.199)) == 1)
        #expect(count(seen(400, x: 0.15, y: 0.15, size: 0.201)) == 2)
    }

    @Test func `a face that was seen once is chance, and no face is none`() {
        #expect(FaceLinker.faces([seen(0, x: 0.2)]).isEmpty)
        #expect(FaceLinker.faces([seen(0, x: 0.2), seen(0, x: 0.2)]).isEmpty)
        #expect(FaceLinker.faces([]).isEmpty)
    }

    @Test func `a crowd is followed up to the limits, and the surest of it are taken`() throws {
        let atOnce = FaceLinker.facesAtOnceMax
        // Rows of small faces that do not touch; the last ones are the surest.
        let crowd = (0..<(atOnce + 10)).map { index in
            seen(
                0,
                x: Double(index % 40) * 0.025,
                y: Double(index / 40) * 0.1,
                size: 0.01,
                score: Double(index) / 200
            )
        }
        let later = crowd.map { face in
            var face = face
            face.tMs = 200
            return face
        }
        let faces = FaceLinker.faces(crowd + later)
        #expect(faces.count == atOnce)
        #expect(faces.allSatisfy { $0.sightings[0].score >= 10.0 / 200 })
    }

    @Test func `of more faces than are followed at once those that were seen least lately are let go`() {
        /// As many faces as there may be at once, in rows from `top` on.
        func crowd(_ tMs: Int, top: Double) -> [FaceSighting] {
            (0..<FaceLinker.facesAtOnceMax).map { index in
                seen(tMs, x: Double(index % 40) * 0.025, y: top + Double(index / 40) * 0.1, size: 0.01)
            }
        }
        let (first, second, third) = (crowd(0, top: 0), crowd(10, top: 0.3), crowd(20, top: 0.6))
        let again = crowd(30, top: 0)

        #expect(FaceLinker.faces(first + second + again).count == FaceLinker.facesAtOnceMax)
        #expect(FaceLinker.faces(first + second + third + again).isEmpty)
    }

    @Test func `boxes that hang over the edge are followed like any other`() {
        let faces = FaceLinker.faces([seen(0, x: -0.05), seen(200, x: -0.04), seen(400, x: -0.03)])
        #expect(faces.map(\.sightings.count) == [3])
    }
}
