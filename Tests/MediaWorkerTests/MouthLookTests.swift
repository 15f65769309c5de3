import Contracts
import Crops
import Foundation
import Testing

@testable import MediaWorker

@Suite struct MouthLookTests {
    /// Two faces side by side; stripes move in the left one's mouth for two seconds, then in the right one's.
    @Test func `the mouth that moves is told from the one that does not`() throws {
        let boxes = [Rect(x: 40, y: 40, width: 60, height: 80), Rect(x: 220, y: 40, width: 60, height: 80)]
        let tracks = boxes.enumerated().map { id, box in
            FaceTrack(
                id: id,
                shotIndex: 0,
                hits: stride(from: 0, to: 4_000, by: 400).map {
                    .init(timeMs: $0, face: DetectedFace(box: box, score: 0.9))
                },
                samplesInShot: 10
            )
        }
        let file = FileManager.default.temporaryDirectory.appending(path: "mouths-\(UUID().uuidString).mp4")
        defer { try? FileManager.default.removeItem(at: file) }
        try SampleMedia.mouths(at: (70, 250), y: 104, seconds: 5, changeAt: 3).write(to: file)
        let media = ClipMedia(
            clip: "clip-01",
            sourceStartMs: 0,
            sourceEndMs: 4_000,
            leadMs: 1_000,
            durationMs: 4_000,
            width: 320,
            height: 180,
            fpsNum: 24,
            fpsDen: 1
        )

        let look = MouthLook(media: media, path: file.path(percentEncoded: false), cancel: { false })
        let samples = try look.samples([(shot: Shot(startMs: 0, endMs: 4_000), faces: tracks)])

        func mean(_ id: Int, _ times: Range<Int>) -> Double {
            let inside = samples.filter { $0.trackID == id && times.contains($0.timeMs) }
            return inside.reduce(0) { $0 + $1.motion } / Double(max(1, inside.count))
        }
        #expect(samples.count >= 50)
        #expect(mean(0, 200..<1_900) > 0.2 && mean(1, 200..<1_900) < 0.05)
        #expect(mean(1, 2_200..<3_900) > 0.2 && mean(0, 2_200..<3_900) < 0.05)
    }
}
