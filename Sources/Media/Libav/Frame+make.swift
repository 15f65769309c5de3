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
}
