import Contracts
import Crops
import Providers
import Testing

@testable import Runtime

@Suite struct SeenFacesTests {
    private static let media = ClipMedia(
        clip: "clip-01",
        sourceStartMs: 0,
        sourceEndMs: 4_000,
        leadMs: 0,
        durationMs: 4_000,
        width: 1_920,
        height: 1_080,
        fpsNum: 30,
        fpsDen: 1
    )
    private static let shots = [Shot(startMs: 0, endMs: 2_000), Shot(startMs: 2_000, endMs: 4_000)]

    private func tracks(_ faces: [SeenFace]) -> [FaceTrack] {
        SeenFaces(media: Self.media, shots: Self.shots).tracks(of: faces)
    }

    private func face(_ times: [Int], x: Double = 0.5, width: Double = 0.1, score: Double = 0.9) -> SeenFace {
        SeenFace(
            id: "f",
            sightings: times.map {
                FaceSighting(tMs: $0, x: x, y: 0.25, width: width, height: 0.2, score: score)
            }
        )
    }

    @Test func `a face is followed shot by shot, in pixels`() throws {
        let found = tracks([face([1_500, 0, 500, 1_000, 2_000, 2_500])])
        #expect(found.map(\.shotIndex) == [0, 1])
        #expect(found[0].hits.map(\.timeMs) == [0, 500, 1_000, 1_500])
        let box = try #require(found.first?.hits.first?.face.box)
        #expect(box == Rect(x: 960, y: 270, width: 192, height: 216))
        #expect(found[0].coverage == 1 && found[1].coverage == 0.5)
    }

    @Test func `what is outside, unsure or no number is not looked at`() {
        #expect(tracks([face([0, 500], score: 0.4)]).isEmpty)
        #expect(tracks([face([0, 500], x: .nan)]).isEmpty)
        #expect(tracks([face([0, 500], x: 1.5)]).isEmpty)
        #expect(tracks([face([0, 500], width: -1)]).isEmpty)
        #expect(tracks([face([-5, 9_000])]).isEmpty)
        #expect(tracks([face([0])]).isEmpty)
        // A box that hangs over the edge is cut at it.
        #expect(tracks([face([0, 500], x: 0.95)]).first?.hits.first?.face.box.right == 1_920)
    }

    @Test func `faces and sightings are taken up to their limits and not beyond`() {
        let many = Array(repeating: face([0, 500]), count: SeenFaces.facesMax + 1)
        #expect(tracks(many).count == SeenFaces.facesMax)
        let dense = face(Array(repeating: 100, count: SeenFaces.sightingsMax + 5))
        #expect(tracks([dense]).first?.hits.count == SeenFaces.sightingsMax)
    }
}
