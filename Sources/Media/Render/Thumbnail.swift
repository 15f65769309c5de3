import CLibav

/// Writes a still of a video.
package enum Thumbnail {
    /// Writes the picture shown at `atMs`, or the last one before the end, as a JPEG of the given width.
    package static func write(
        path: String,
        atMs: Int,
        width: Int,
        to jpgPath: String,
        cancel: @escaping @Sendable () -> Bool = { false }
    ) throws(MediaError) {
        let input = try MediaInput(path: path, cancel: cancel)
        guard let video = MediaProbe.videoStream(of: input) else {
            throw MediaError(.noVideo, "no moving picture")
        }
        let decoder = try Decoder(input, video)
        let reader = try FrameReader(input, decoders: [decoder])
        if atMs > 0 { _ = reader.seek(video, toTicks: TimeMath.ticks(ms: atMs, video.timeBase)) }
        var shown: Frame?
        let frame = try Frame()
        while try reader.next(into: frame) != nil {
            let timeMs = frame.bestPts.map { TimeMath.ms($0, video.timeBase) } ?? 0
            if timeMs > atMs && shown != nil { break }
            shown = try Frame(sharing: frame)
            if timeMs >= atMs { break }
        }
        guard let shown else { throw MediaError(.decodeFailed, "no picture could be decoded") }
        let converter = try PictureConverter(
            width: width,
            timeBase: video.timeBase,
            "scale=out_range=pc:out_color_matrix=bt601,format=yuvj420p"
        )
        guard let picture = try converter.convert(shown) else {
            throw MediaError(.encodeFailed, "the picture could not be scaled")
        }
        try FileBytes.write(try jpeg(picture), to: jpgPath)
    }

    private static func jpeg(_ picture: Frame) throws(MediaError) -> [UInt8] {
        let encoder = try Encoder(jpegWidth: picture.width, height: picture.height)
        let packet = try Packet()
        picture.pts = 0
        picture.forgetPictureType()
        try encoder.send(picture)
        try encoder.send(nil)
        guard try encoder.receive(into: packet) else { throw MediaError(.encodeFailed, "no JPEG came out") }
        return packet.bytes
    }
}
