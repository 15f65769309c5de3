import Foundation
import StudioSupport
import Testing

@testable import Runtime

@Suite struct MP4HeaderTests {
    private static let moov = FakeMP4.moov(width: 1_080, height: 1_920, durationMs: 20_020)
    private static let file = FakeMP4.file(width: 1_080, height: 1_920, durationMs: 20_020)

    private func read(_ bytes: [UInt8]) throws -> MP4Header? {
        let url = FileManager.default.temporaryDirectory.appending(path: "mp4-\(UUID().uuidString)")
        try Data(bytes).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        return MP4Header.read(path: url.path(percentEncoded: false))
    }

    @Test func `the headers tell size, length, rate and codecs`() throws {
        let header = try #require(try read(Self.file))
        #expect(header.width == 1_080 && header.height == 1_920 && header.durationMs == 20_020)
        #expect(header.videoCodec == "avc1" && header.audioCodec == "mp4a")
        #expect(header.fpsNum == 30_000 && header.fpsDen == 1_001)
    }

    @Test func `a file without a picture, or of something else, has none`() throws {
        let deaf =
            FakeMP4.box("mvhd", FakeMP4.clock(scale: 1_000, duration: 1))
            + FakeMP4.track("soun", "mp4a", width: 0, height: 0)
        #expect(MP4Header(moov: deaf) == nil)
        #expect(try read(Array("<html>not a film</html>".utf8)) == nil)
        #expect(try read([]) == nil)
        #expect(MP4Header.read(path: "/nowhere") == nil)
    }

    @Test func `a box that claims more than there is makes the file unreadable`() throws {
        var long = Self.moov
        long[3] = 0xFF
        #expect(MP4Header(moov: long) == nil)
        #expect(try read(FakeMP4.number(1, 4) + Array("moov".utf8) + FakeMP4.number(.max, 8)) == nil)
        #expect(try read(FakeMP4.number(4, 4) + Array("moov".utf8)) == nil)
    }

    /// A film whose clock, and whose one picture track's table of times, say this.
    private static func film(scale: Int, duration: Int, isLong: Bool = false, stts: [UInt8]) -> [UInt8] {
        let clock =
            isLong
            ? [1] + FakeMP4.number(0, 19) + FakeMP4.number(scale, 4) + FakeMP4.number(duration, 8)
            : FakeMP4.clock(scale: scale, duration: duration)
        let track = FakeMP4.track("vide", "avc1", width: 1_080, height: 1_920)
        let known = FakeMP4.box(
            "stts",
            FakeMP4.number(0, 4) + FakeMP4.number(1, 4) + FakeMP4.pair(600, 1_001)
        )
        let place = track.indices.first { track[$0...].starts(with: known) } ?? 0
        // Of the same length, so that the sizes of the boxes around it stay true.
        let table = FakeMP4.box("stts", FakeMP4.number(0, 4) + FakeMP4.number(1, 4) + stts)
        return FakeMP4.box("mvhd", clock) + track[..<place] + table + track[(place + known.count)...]
    }

    @Test func `a film that is made up by hand is read like others`() throws {
        let film = Self.film(scale: 1_000, duration: 20_020, stts: FakeMP4.pair(600, 1_001))
        #expect(try #require(MP4Header(moov: film)).durationMs == 20_020)
        let long = Self.film(scale: 1_000, duration: 86_400_000, isLong: true, stts: FakeMP4.pair(600, 1_001))
        #expect(try #require(MP4Header(moov: long)).durationMs == MP4Header.durationMsMax)
    }

    @Test func `numbers that nobody means make the file unreadable, and bring nothing down`() {
        let times = FakeMP4.pair(600, 1_001)
        #expect(
            MP4Header(moov: Self.film(scale: 1_000, duration: 86_400_001, isLong: true, stts: times)) == nil
        )
        #expect(MP4Header(moov: Self.film(scale: 1, duration: 1 << 61, isLong: true, stts: times)) == nil)
        let most = Int(UInt32.max)
        // Their product is more than a number here can be.
        #expect(MP4Header(moov: Self.film(scale: 1_000, duration: 1, stts: FakeMP4.pair(most, most))) == nil)
        // That would be four billion pictures in a thirty-thousandth of a second.
        #expect(MP4Header(moov: Self.film(scale: 1_000, duration: 1, stts: FakeMP4.pair(most, 1))) == nil)
        #expect(MP4Header(moov: Self.film(scale: 1_000, duration: 1, stts: FakeMP4.pair(most, 0))) == nil)
    }

    @Test func `a file of endless boxes is given up`() {
        let empty = (0...MP4Header.boxesMax).flatMap { _ in FakeMP4.box("free", []) }
        #expect(MP4Header(moov: empty + Self.moov) == nil)
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func `no spoilt byte brings it down`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bytes = Self.moov
        for _ in 0..<4 {
            bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(
                in: 0...255,
                using: &generator
            )
        }
        _ = MP4Header(moov: bytes)
        _ = MP4Header(moov: Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator))))
    }
}
