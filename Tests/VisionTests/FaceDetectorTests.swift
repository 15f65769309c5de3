import Crops
import Foundation
import Testing
import Vision

@Suite struct FaceDetectorTests {
    let detector: FaceDetector

    init() throws {
        detector = try FaceDetector(libraryPath: libraryPath)
    }

    @Test func `a face is found where it is, with its eyes above its mouth`() throws {
        var picture = Portrait(width: 640, height: 360)
        try picture.paste(x: 300, y: 100)

        let faces = try detector.detect(bgr: picture.bgr, width: 640, height: 360, stride: 640 * 3)

        let face = try #require(faces.first { $0.score >= 0.7 })
        #expect(faces.filter { $0.score >= 0.7 }.count == 1)
        let inPicture = Rect(x: 300 + 50, y: 100 + 20, width: 95, height: 110)
        #expect(inPicture.contains(face.box), "\(face.box)")
        #expect(face.box.width > 40)
        #expect(face.landmarks.count == 5)
        #expect(face.landmarks[0].y < face.landmarks[3].y)
        #expect(face.landmarks.allSatisfy { inPicture.contains(Rect(x: $0.x, y: $0.y, width: 1, height: 1)) })
    }

    @Test func `two people are two faces, and rows may be longer than the picture is wide`() throws {
        var picture = Portrait(width: 700, height: 360)
        try picture.paste(x: 40, y: 80)
        try picture.paste(x: 400, y: 120)

        let faces = try detector.detect(bgr: picture.bgr, width: 640, height: 360, stride: 700 * 3)

        let sure = faces.filter { $0.score >= 0.7 }.sorted { $0.box.x < $1.box.x }
        #expect(sure.count == 2)
        #expect(sure.first.map { $0.box.centerX < 250 } == true)
        #expect(sure.last.map { $0.box.centerX > 400 } == true)
    }

    @Test func `calls at the same time find what calls one after another find`() async throws {
        var pictures: [Portrait] = []
        for index in 0..<8 {
            var picture = Portrait(width: 320, height: 240)
            try picture.paste(x: index * 16, y: index * 6)
            pictures.append(picture)
        }
        let expected = try pictures.map {
            try detector.detect(bgr: $0.bgr, width: 320, height: 240, stride: 960)
        }
        #expect(expected.allSatisfy { !$0.isEmpty })

        let found = try await withThrowingTaskGroup(of: (Int, [DetectedFace]).self) { group in
            for (index, picture) in pictures.enumerated() {
                group.addTask {
                    (index, try detector.detect(bgr: picture.bgr, width: 320, height: 240, stride: 960))
                }
            }
            return try await group.reduce(into: [Int: [DetectedFace]]()) { $0[$1.0] = $1.1 }
        }

        for (index, faces) in expected.enumerated() { #expect(found[index] == faces) }
    }

    @Test(arguments: [(1, 1), (7, 3), (31, 17), (640, 8), (8, 640), (1000, 33)])
    func `pictures of odd sizes hold no face and do no harm`(width: Int, height: Int) throws {
        let grey = [UInt8](repeating: 90, count: width * height * 3)

        #expect(try detector.detect(bgr: grey, width: width, height: height, stride: width * 3).isEmpty)
    }

    @Test(arguments: [(0, 10, 30), (10, 0, 30), (10, 10, 29), (10, 11, 30), (9000, 1, 27000), (10, -1, 30)])
    func `sizes that do not match the bytes are refused`(width: Int, height: Int, stride: Int) {
        let bytes = [UInt8](repeating: 0, count: 300)

        #expect(throws: VisionError.self) {
            try detector.detect(bgr: bytes, width: width, height: height, stride: stride)
        }
    }

    @Test func `a missing library is told by its path`() {
        let error = #expect(throws: VisionError.self) { try FaceDetector(libraryPath: "/nowhere/lib.so") }

        #expect(error?.code == .libraryUnavailable)
        #expect(error?.description.contains("/nowhere/lib.so") == true)
    }
}
