import Contracts
import Foundation
import StudioSupport
import Testing

@testable import Providers

/// Answers that no vision service should give: each is an error in plain words, or left out, and never a crash.
@Suite struct VisionAnswerTests {
    /// A reader of sightings, with an answer of one sighting that changes can be made to.
    struct Reader: Sendable, CustomTestStringConvertible {
        var name: String
        var read: @Sendable ([UInt8]) throws -> [FaceSighting]
        /// A whole answer around `FACES`.
        var frame: String
        /// A sighting around `TIME`, `X`, `WIDTH` and `SCORE`, which are JSON.
        var face: String
        /// What is wholly sure.
        var sure: Double
        var testDescription: String { name }

        func answer(
            time: String = "100",
            x: String = "0.4",
            width: String = "0.1",
            score: String? = nil,
            count: Int = 1
        ) -> [UInt8] {
            let face = face.replacing("TIME", with: time).replacing("WIDTH", with: width)
                .replacing("SCORE", with: score ?? "\(sure)").replacing("X", with: x)
            let faces = Array(repeating: face, count: count).joined(separator: ",")
            return Array(frame.replacing("FACES", with: faces).utf8)
        }

        func fault(_ bytes: [UInt8]) -> String? { VisionBench.fault { _ = try read(bytes) } }
    }

    static let readers = [
        Reader(
            name: "vision-service",
            read: { bytes in
                guard case .done(let clips?) = try VisionServiceAnswers.read(bytes, attempt: "t-1").state
                else {
                    throw AnswerFault("not done")
                }
                return clips.flatMap(\.tracks).flatMap(\.sightings)
            },
            frame:
                #"{"attempt_id": "t-1", "job_id": "v-1", "status": "succeeded", "clips": [{"clip": "clip-01", "tracks": [{"id": 0, "samples": [FACES]}]}]}"#,
            face: #"{"t_ms": TIME, "box": [X, 0.2, WIDTH, 0.3], "score": SCORE}"#,
            sure: 1
        ),
        Reader(
            name: "rekognition",
            read: { bytes in
                var reader = SightingReader()
                let page = try RekognitionAnswers.page(bytes, of: "6de0", &reader)
                guard page.state == .done else { throw AnswerFault("not done") }
                return page.sightings
            },
            frame: #"{"JobStatus": "SUCCEEDED", "Faces": [FACES]}"#,
            face:
                #"{"Timestamp": TIME, "Face": {"BoundingBox": {"Left": X, "Top": 0.2, "Width": WIDTH, "Height": 0.3}, "Confidence": SCORE}}"#,
            sure: 100
        ),
    ]

    @Test(arguments: readers)
    func `what is no answer says what it is`(reader: Reader) throws {
        let whole = reader.answer(count: 50)
        #expect(try reader.read(whole).count == 50)
        #expect(reader.fault([]) == "it is empty")
        #expect(reader.fault(Array("<html>Please log in</html>".utf8)) == "it is a web page, not JSON")
        #expect(reader.fault(Array("Bad gateway".utf8)) == "it is not JSON")
        #expect(reader.fault([0xff, 0xfe, 0]) == "it is not JSON")
        for share in [0.1, 0.5, 0.9, 0.99] {
            let cut = whole.prefix(Int(Double(whole.count) * share))
            #expect(reader.fault(Array(cut)) == "it is broken or cut off JSON")
        }
        for text in ["{}", "[]", "[1]", #"{"JobStatus": 7, "status": 7}"#] {
            #expect(reader.fault(Array(text.utf8)) != nil)
        }
        for bracket in [#"{"Faces":"#, "[", #"{"clips":"#] {
            #expect(reader.fault(Array(String(repeating: bracket, count: 100_000).utf8)) != nil)
        }
    }

    @Test(
        arguments: readers,
        ["null", "true", "[]", "\"0.5\"", "\"NaN\"", "NaN", "Infinity", "1e999", "1e300", "-1e300"]
    )
    func `a number that is none is an error`(reader: Reader, number: String) {
        #expect(reader.fault(reader.answer(time: number)) != nil)
        #expect(reader.fault(reader.answer(x: number)) != nil)
        #expect(reader.fault(reader.answer(width: number)) != nil)
        // Rekognition's confidence may be missing, and then the face is left out.
        guard reader.name != "rekognition" || number != "null" else { return }
        #expect(reader.fault(reader.answer(score: number)) != nil)
    }

    @Test(arguments: readers)
    func `a box may hang over the edge, and may not be in pixels`(reader: Reader) throws {
        for x in ["-0.2", "1.1", "4", "-4"] {
            #expect(try reader.read(reader.answer(x: x)).map(\.x) == [Double(x)])
        }
        for x in ["4.01", "-4.01", "640"] {
            #expect(
                reader.fault(reader.answer(x: x)) == "the box of sighting 1 is no four shares of the picture"
            )
        }
        for width in ["0", "-0.1"] { #expect(try reader.read(reader.answer(width: width)).isEmpty) }
    }

    @Test(arguments: readers)
    func `a score and a time have their bounds`(reader: Reader) throws {
        #expect(try reader.read(reader.answer()).map(\.score) == [1])
        #expect(try reader.read(reader.answer(score: "0")).map(\.score) == [0])
        for score in ["-0.01", "\(reader.sure + 0.5)"] {
            #expect(
                reader.fault(reader.answer(score: score))
                    == "the score of sighting 1 is not between 0 and 1"
            )
        }
        #expect(try reader.read(reader.answer(time: "86400000")).map(\.tMs) == [86_400_000])
        #expect(
            reader.fault(reader.answer(time: "86400001")) == "sighting 1 has a time outside of a day"
        )
    }

    @Test func `as many sightings as there may be are read, and one more is an error`() throws {
        let most = SightingReader.sightingsMax
        let words = "it has more than \(most) sightings of faces"
        let page = Self.readers[1].answer(count: 10)

        // All pages of Rekognition share one limit.
        var reader = SightingReader(count: most - 10)
        #expect(try RekognitionAnswers.page(page, of: "6de0", &reader).sightings.count == 10)
        #expect(VisionBench.fault { _ = try RekognitionAnswers.page(page, of: "6de0", &reader) } == words)
        let report = Self.readers[0].answer(count: 10)
        func read(before: Int) throws {
            let reader = SightingReader(count: before)
            _ = try VisionServiceAnswers.read(report, attempt: "t-1", reader: reader)
        }
        try read(before: most - 10)
        #expect(VisionBench.fault { try read(before: most - 9) } == words)
    }

    @Test func `a face without a box, and a page with a strange name`() throws {
        var reader = SightingReader()
        func page(_ text: String) throws -> RekognitionAnswers.Page {
            try RekognitionAnswers.page(Array(text.utf8), of: "6de0", &reader)
        }
        let bare =
            #"[{"Timestamp": 0}, {"Timestamp": 1, "Face": {}}, {"Timestamp": 2, "Face": {"Confidence": 9}}]"#
        #expect(try page(#"{"JobStatus": "SUCCEEDED", "Faces": \#(bare)}"#).sightings.isEmpty)
        #expect(try page(#"{"JobStatus": "SUCCEEDED"}"#).sightings.isEmpty)
        #expect(try page(#"{"JobStatus": "SUCCEEDED", "NextToken": ""}"#).next == nil)
        #expect(try page(#"{"JobStatus": "IN_PROGRESS", "Faces": \#(bare)}"#).state == .running)
        let most = String(repeating: "a", count: RekognitionAnswers.pageTokenBytesMax)
        #expect(try page(#"{"JobStatus": "SUCCEEDED", "NextToken": "\#(most)"}"#).next == most)
        #expect(
            VisionBench.fault { _ = try page(#"{"JobStatus": "SUCCEEDED", "NextToken": "\#(most)a"}"#) }
                != nil
        )
    }

    @Test func `boxes of a vision service have four numbers, and clips and tracks their limits`() throws {
        func read(_ clips: String) throws {
            let text = #"{"attempt_id": "t-1", "job_id": "v-1", "status": "succeeded", "clips": [\#(clips)]}"#
            _ = try VisionServiceAnswers.read(Array(text.utf8), attempt: "t-1")
        }
        func box(_ box: String) -> String {
            #"{"clip": "c", "tracks": [{"id": 0, "samples": [{"t_ms": 0, "box": \#(box), "score": 1}]}]}"#
        }
        try read(box("[0, 0, 0.1, 0.1]"))
        for odd in ["[]", "[0, 0, 0.1]", "[0, 0, 0.1, 0.1, 0.1]", "{}", "null"] {
            #expect(VisionBench.fault { try read(box(odd)) } != nil, "\(odd)")
        }
        let clip = #"{"clip": "c", "tracks": []}"#
        func list(_ item: String, _ count: Int) -> String {
            Array(repeating: item, count: count).joined(separator: ",")
        }
        try read(list(clip, VisionServiceAnswers.clipsMax))
        #expect(VisionBench.fault { try read(list(clip, VisionServiceAnswers.clipsMax + 1)) } != nil)
        func tracks(_ count: Int) -> String {
            #"{"clip": "c", "tracks": [\#(list(#"{"id": 0, "samples": []}"#, count))]}"#
        }
        try read(tracks(VisionServiceAnswers.tracksMax))
        #expect(VisionBench.fault { try read(tracks(VisionServiceAnswers.tracksMax + 1)) } != nil)
    }
}
