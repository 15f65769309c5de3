/// MP4 files that have headers and nothing else.
package enum FakeMP4 {
    package static func box(_ type: String, _ content: [UInt8]) -> [UInt8] {
        number(content.count + 8, 4) + Array(type.utf8) + content
    }

    package static func number(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }

    /// An entry of a table of times: so many frames of so many units.
    package static func pair(_ frames: Int, _ units: Int) -> [UInt8] { number(frames, 4) + number(units, 4) }

    package static func clock(scale: Int, duration: Int) -> [UInt8] {
        number(0, 12) + number(scale, 4) + number(duration, 4) + number(0, 8)
    }

    /// A track of 29.97 frames a second.
    package static func track(_ handler: String, _ codec: String, width: Int, height: Int) -> [UInt8] {
        let entry = number(0, 4) + Array(codec.utf8) + number(0, 24) + number(width, 2) + number(height, 2)
        let stsd = box("stsd", number(0, 4) + number(1, 4) + entry)
        let stts = box("stts", number(0, 4) + number(1, 4) + number(600, 4) + number(1_001, 4))
        let minf = box("minf", box("stbl", stsd + stts))
        let hdlr = box("hdlr", number(0, 8) + Array(handler.utf8) + number(0, 12))
        let mdhd = box("mdhd", clock(scale: 30_000, duration: 600_600))
        return box("trak", box("mdia", mdhd + hdlr + minf))
    }

    package static func moov(width: Int, height: Int, durationMs: Int) -> [UInt8] {
        box("mvhd", clock(scale: 1_000, duration: durationMs))
            + track("vide", "avc1", width: width, height: height) + track("soun", "mp4a", width: 0, height: 0)
    }

    /// With the headers at its end, as an encoder writes it that does not know them before.
    package static func file(width: Int, height: Int, durationMs: Int) -> [UInt8] {
        box("ftyp", Array("isom".utf8)) + box("mdat", [UInt8](repeating: 1, count: 5_000))
            + box("moov", moov(width: width, height: height, durationMs: durationMs))
    }
}
