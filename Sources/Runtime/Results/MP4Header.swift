/// What the headers of an MP4 file say of it: enough to tell whether a provider made what was ordered.
///
/// Nothing is decoded. The file is a stranger's: boxes are bounded in size, number and depth, and whatever does not
/// fit makes the whole file unreadable.
struct MP4Header: Sendable, Hashable {
    var durationMs: Int
    var width: Int
    var height: Int
    /// Frames in `frameUnits` of `frameScale` a second, on average.
    var fpsNum: Int
    var fpsDen: Int
    /// Four letters of the sample format: `avc1`, `mp4a`.
    var videoCodec: String
    var audioCodec: String?

    static let moovBytesMax = 64 << 20
    static let boxesMax = 10_000
    static let durationMsMax = 86_400_000
    static let fpsMax = 1_000.0

    /// Reads the bytes inside of a `moov` box; nil where they are none, or have no picture.
    init?(moov: [UInt8]) {
        var walker = BoxWalker(bytes: moov)
        guard let boxes = walker.boxes(in: moov.indices),
            let mvhd = boxes.first(where: { $0.type == "mvhd" }),
            let (scale, duration) = walker.clock(in: mvhd.content), scale > 0
        else { return nil }
        let milliseconds = Double(duration) * 1_000 / Double(scale)
        guard milliseconds <= Double(Self.durationMsMax) else { return nil }
        durationMs = Int(milliseconds)
        var picture: Track?
        for trak in boxes where trak.type == "trak" {
            guard let track = walker.track(in: trak.content) else { continue }
            if track.handler == "vide", picture == nil { picture = track }
            if track.handler == "soun", audioCodec == nil { audioCodec = track.codec }
        }
        guard let picture, picture.width > 0, picture.height > 0, picture.frames > 0, picture.units > 0 else {
            return nil
        }
        let perSecond = Double(picture.frames) * Double(picture.scale) / Double(picture.units)
        guard perSecond <= Self.fpsMax else { return nil }
        width = picture.width
        height = picture.height
        videoCodec = picture.codec
        (fpsNum, fpsDen) = Self.fraction(perSecond)
    }

    /// The rate as a fraction of numbers that stay below a million.
    private static func fraction(_ perSecond: Double) -> (Int, Int) {
        let whole = perSecond.rounded()
        if abs(perSecond - whole) < 0.01 { return (max(Int(whole), 1), 1) }
        return (max(Int((min(perSecond, 900) * 1_001).rounded()), 1), 1_001)
    }

    struct Track {
        var handler = ""
        var width = 0
        var height = 0
        var codec = ""
        var scale = 0
        var frames = 0
        var units = 0
    }
}

/// Walks the boxes of an MP4 file that lies in memory.
private struct BoxWalker {
    struct Box {
        let type: String
        let content: Range<Int>
    }

    let bytes: [UInt8]
    private var boxesSeen = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// The boxes of a range; nil where one does not fit into it, or there are too many.
    mutating func boxes(in range: Range<Int>) -> [Box]? {
        var found: [Box] = []
        var at = range.lowerBound
        while at + 8 <= range.upperBound {
            boxesSeen += 1
            guard boxesSeen <= MP4Header.boxesMax, let size = number(at, 4) else { return nil }
            var (length, head) = (size, 8)
            if size == 1 {
                guard let large = number(at + 8, 8) else { return nil }
                (length, head) = (large, 16)
            } else if size == 0 {
                length = range.upperBound - at
            }
            guard length >= head, length <= range.upperBound - at else { return nil }
            found.append(Box(type: word(at + 4), content: (at + head)..<(at + length)))
            at += length
        }
        return found
    }

    /// Time scale and duration of `mvhd` and `mdhd`, which begin alike.
    func clock(in box: Range<Int>) -> (scale: Int, duration: Int)? {
        guard let first = box.first else { return nil }
        let isLong = bytes[first] == 1
        let at = box.lowerBound + (isLong ? 20 : 12)
        guard at + 4 + (isLong ? 8 : 4) <= box.upperBound, let scale = number(at, 4),
            let duration = number(at + 4, isLong ? 8 : 4)
        else { return nil }
        return (scale, duration)
    }

    mutating func track(in box: Range<Int>) -> MP4Header.Track? {
        var track = MP4Header.Track()
        guard let parts = boxes(in: box), let mdia = parts.first(where: { $0.type == "mdia" }),
            let media = boxes(in: mdia.content), let hdlr = media.first(where: { $0.type == "hdlr" }),
            hdlr.content.count >= 12, let mdhd = media.first(where: { $0.type == "mdhd" }),
            let clock = clock(in: mdhd.content), let minf = media.first(where: { $0.type == "minf" }),
            let info = boxes(in: minf.content), let stbl = info.first(where: { $0.type == "stbl" }),
            let tables = boxes(in: stbl.content), let stsd = tables.first(where: { $0.type == "stsd" })
        else { return nil }
        track.handler = word(hdlr.content.lowerBound + 8)
        track.scale = clock.scale
        // Version, flags and a count come before the first entry.
        if stsd.content.count >= 16 { track.codec = word(stsd.content.lowerBound + 12) }
        if track.handler == "vide" {
            // The sizes of a picture's sample entry.
            guard stsd.content.count >= 44, let width = number(stsd.content.lowerBound + 40, 2),
                let height = number(stsd.content.lowerBound + 42, 2)
            else { return nil }
            (track.width, track.height) = (width, height)
        }
        if let stts = tables.first(where: { $0.type == "stts" }) { count(stts.content, into: &track) }
        return track
    }

    private func count(_ stts: Range<Int>, into track: inout MP4Header.Track) {
        guard stts.count >= 8, let entries = number(stts.lowerBound + 4, 4) else { return }
        for index in 0..<min(entries, (stts.count - 8) / 8) {
            let at = stts.lowerBound + 8 + index * 8
            guard let frames = number(at, 4), let units = number(at + 4, 4) else { return }
            // Both have 32 bits, so that their product may have more than a number here.
            let (length, isTooLong) = frames.multipliedReportingOverflow(by: units)
            guard !isTooLong, length < 1 << 50, track.units < 1 << 50 else { return }
            track.frames += frames
            track.units += length
        }
    }

    /// A big-endian number; nil behind the end, or where it is too large to be meant.
    private func number(_ at: Int, _ count: Int) -> Int? {
        guard at >= 0, at + count <= bytes.count else { return nil }
        let value = bytes[at..<(at + count)].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return value < 1 << 62 ? Int(value) : nil
    }

    private func word(_ at: Int) -> String {
        guard at >= 0, at + 4 <= bytes.count else { return "" }
        return String(decoding: bytes[at..<(at + 4)], as: UTF8.self)
    }
}
