import CLibav

/// Reads a PNG file into a frame.
package enum StillImage {
    private static let fileBytesMax = 16 << 20

    /// Throws unless the file is a PNG that decodes.
    package static func check(png path: String) throws(MediaError) { _ = try read(png: path) }

    static func read(png path: String) throws(MediaError) -> Frame {
        guard try FileSniff.regularFileBytes(path) < fileBytesMax else {
            throw MediaError(.invalidRequest, "an overlay may have at most \(fileBytesMax >> 20) MiB")
        }
        let decoder = try Decoder(png: MediaLimits().picturePixelsMax)
        let packet = try Packet()
        try packet.fill(try FileBytes.read(path, maxBytes: fileBytesMax))
        try decoder.send(packet)
        try decoder.send(nil)
        let frame = try Frame()
        guard case .frame = try decoder.receive(into: frame) else {
            throw MediaError(.unsupported, "an overlay is not a readable PNG picture")
        }
        frame.pts = 0
        return frame
    }
}
