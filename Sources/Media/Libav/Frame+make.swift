import CLibav

extension Frame {
    /// Stereo sound in planar floats at the one sample rate that is written.
    convenience init(left: [Float], right: [Float], pts: Int64) throws(MediaError) {
        try self.init()
        unsafe pointer.pointee.format = AV_SAMPLE_FMT_FLTP.rawValue
        unsafe pointer.pointee.nb_samples = Int32(left.count)
        unsafe pointer.pointee.sample_rate = Int32(AudioFormat.sampleRate)
        unsafe av_channel_layout_default(&pointer.pointee.ch_layout, 2)
        try LibavCall.check(unsafe av_frame_get_buffer(pointer, 0), .io, "sound cannot be allocated")
        for (channel, samples) in [left, right].enumerated() {
            guard let plane = unsafe clibav_plane_mutable(pointer, Int32(channel)) else {
                throw LibavCall.outOfMemory()
            }
            unsafe UnsafeMutableRawPointer(plane).copyMemory(from: samples, byteCount: samples.count * 4)
        }
        self.pts = pts
    }

    /// Middle grey, in brightness and colour alike.
    static let grey: UInt8 = 128

    /// A plain grey picture of 8 bit 4:2:0.
    convenience init(greyWidth width: Int, height: Int) throws(MediaError) {
        try self.init()
        unsafe pointer.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        unsafe pointer.pointee.width = Int32(width)
        unsafe pointer.pointee.height = Int32(height)
        try LibavCall.check(unsafe av_frame_get_buffer(pointer, 0), .io, "a picture cannot be allocated")
        for (plane, lines) in [height, (height + 1) / 2, (height + 1) / 2].enumerated() {
            guard let start = unsafe clibav_plane_mutable(pointer, Int32(plane)) else {
                throw LibavCall.outOfMemory()
            }
            let lineBytes = unsafe Int(clibav_line_bytes(pointer, Int32(plane)))
            unsafe UnsafeMutableRawPointer(start).initializeMemory(
                as: UInt8.self,
                repeating: Self.grey,
                count: lineBytes * lines
            )
        }
    }
}
