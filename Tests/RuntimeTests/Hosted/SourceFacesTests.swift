import Contracts
import Providers
import StudioSupport
import Testing

@testable import Runtime

@Suite struct SourceFacesTests {
    private func media(start: Int, lengthMs: Int) -> ClipMedia {
        ClipMedia(
            clip: "clip-01",
            sourceStartMs: start,
            sourceEndMs: start + lengthMs,
            leadMs: 500,
            durationMs: lengthMs,
            width: 1_920,
            height: 1_080,
            fpsNum: 30,
            fpsDen: 1
        )
    }

    private func face(_ id: String, _ times: [Int]) -> SeenFace {
        SeenFace(
            id: id,
            sightings: times.map {
                FaceSighting(tMs: $0, x: 0.1, y: 0.1, width: 0.1, height: 0.1, score: 0.9)
            }
        )
    }

    @Test func `a clip has what lies in it, in its own time and not in its file's`() {
        let source = SourceFaces(faces: [face("a", [0, 999, 1_000, 1_500, 2_999, 3_000, 9_000])])

        let cut = source.cut(media(start: 1_000, lengthMs: 2_000))
        #expect(cut.map { $0.sightings.map(\.tMs) } == [[0, 500, 1_999]])
        #expect(source.cut(media(start: 4_000, lengthMs: 2_000)).isEmpty)
        #expect(source.cut(media(start: 0, lengthMs: 0)).isEmpty)
        #expect(SourceFaces(faces: []).cut(media(start: 0, lengthMs: 2_000)).isEmpty)
    }

    @Test func `clips that overlap each have their share`() {
        let source = SourceFaces(faces: [face("a", Array(stride(from: 0, to: 10_000, by: 1_000)))])
        #expect(source.cut(media(start: 0, lengthMs: 5_000)).first?.sightings.count == 5)
        #expect(source.cut(media(start: 3_000, lengthMs: 5_000)).first?.sightings.map(\.tMs).first == 0)
    }

    /// Later steps look at the first ones only.
    @Test func `the faces that are seen most often come first`() {
        let source = SourceFaces(
            faces: [face("a", [100]), face("b", [100, 200, 300]), face("c", [100]), face("d", [200, 300])]
        )
        #expect(source.cut(media(start: 0, lengthMs: 1_000)).map(\.id) == ["b", "d", "a", "c"])
    }
}
