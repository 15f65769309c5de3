import CLibav

/// One decoded picture or piece of sound.
@safe
final class Frame {
    @unsafe let pointer: UnsafeMutablePointer<AVFrame>

    init() throws(MediaError) {
        guard let pointer = unsafe av_frame_alloc() else { throw LibavCall.outOfMemory() }
        unsafe self.pointer = unsafe pointer
    }

    /// Another reference to the same samples, with its own times and crop.
    init(sharing other: Frame) throws(MediaError) {
        guard let pointer = unsafe av_frame_clone(other.pointer) else { throw LibavCall.outOfMemory() }
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVFrame>? = unsafe self.pointer
        unsafe av_frame_free(&pointer)
    }

    func clear() { unsafe av_frame_unref(pointer) }

    var width: Int { unsafe Int(pointer.pointee.width) }
    var height: Int { unsafe Int(pointer.pointee.height) }
    var format: Int32 { unsafe pointer.pointee.format }
    var sampleCount: Int { unsafe Int(pointer.pointee.nb_samples) }
    var sampleRate: Int { unsafe Int(pointer.pointee.sample_rate) }
    var channelCount: Int { unsafe Int(pointer.pointee.ch_layout.nb_channels) }
    var isInterlaced: Bool { unsafe pointer.pointee.interlaced_frame != 0 }
    var sampleAspect: AVRational { unsafe pointer.pointee.sample_aspect_ratio }
    var colorSpace: AVColorSpace { unsafe pointer.pointee.colorspace }
    var colorTransfer: AVColorTransferCharacteristic { unsafe pointer.pointee.color_trc }
    var colorRange: AVColorRange { unsafe pointer.pointee.color_range }

    /// The decoder had to make up a part of it.
    var isDamaged: Bool {
        unsafe pointer.pointee.decode_error_flags != 0 || pointer.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0
    }

    var pts: Int64? {
        get { unsafe pointer.pointee.pts == clibav_no_pts ? nil : pointer.pointee.pts }
        set { unsafe pointer.pointee.pts = newValue ?? clibav_no_pts }
    }

    /// The presentation time, guessed from the neighbours where the file has none.
    var bestPts: Int64? {
        let guess = unsafe pointer.pointee.best_effort_timestamp
        return guess == clibav_no_pts ? pts : guess
    }

    /// How long this frame lasts in the ticks of its stream; 0 if unknown.
    var durationTicks: Int64 { unsafe pointer.pointee.pkt_duration }

    /// Lets the encoder choose the picture type instead of keeping the source's.
    func forgetPictureType() {
        unsafe pointer.pointee.pict_type = AV_PICTURE_TYPE_NONE
    }

    func markSquarePixels() {
        unsafe pointer.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
    }

    /// A value that a filter attached.
    func metadata(_ name: String) -> String? {
        unsafe OptionDictionary.value(name, in: pointer.pointee.metadata)
    }

    /// Gives a nameless channel layout the usual name, since filters refuse nameless ones.
    func nameChannels() {
        guard unsafe pointer.pointee.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC else { return }
        let count = unsafe pointer.pointee.ch_layout.nb_channels
        unsafe av_channel_layout_default(&pointer.pointee.ch_layout, count)
    }

    /// The channel layout as filters write it, such as `stereo`.
    var channelLayoutName: String {
        var bytes = [CChar](repeating: 0, count: 128)
        _ = unsafe bytes.withUnsafeMutableBufferPointer {
            unsafe av_channel_layout_describe(&pointer.pointee.ch_layout, $0.baseAddress, $0.count)
        }
        let end = bytes.firstIndex(of: 0) ?? bytes.endIndex
        return String(decoding: bytes[..<end].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Cuts the picture to a rectangle without copying it.
    func crop(x: Int, y: Int, width: Int, height: Int) throws(MediaError) {
        unsafe pointer.pointee.crop_left = x
        unsafe pointer.pointee.crop_top = y
        unsafe pointer.pointee.crop_right = self.width - x - width
        unsafe pointer.pointee.crop_bottom = self.height - y - height
        try LibavCall.check(
            unsafe av_frame_apply_cropping(pointer, Int32(AV_FRAME_CROP_UNALIGNED)),
            .invalidRequest,
            "the crop does not fit the picture"
        )
    }

    /// The bytes of one plane: its lines with their padding, without what may follow.
    func withPlane<Result>(
        _ plane: Int,
        lines: Int,
        _ body: (UnsafeRawBufferPointer, Int) -> Result
    ) -> Result? {
        guard let start = unsafe clibav_plane(pointer, Int32(plane)) else { return nil }
        let stride = unsafe Int(clibav_line_bytes(pointer, Int32(plane)))
        guard stride > 0 else { return nil }
        return unsafe body(UnsafeRawBufferPointer(start: start, count: stride * lines), stride)
    }

    /// The samples of one channel of planar float sound.
    func floatSamples(channel: Int) -> [Float] {
        guard let start = unsafe clibav_plane(pointer, Int32(channel)) else { return [] }
        return unsafe [Float](
            UnsafeRawBufferPointer(start: start, count: sampleCount * 4).bindMemory(to: Float.self)
        )
    }

    /// The samples of 16 bit mono sound.
    func int16Samples() -> [Int16] {
        guard let start = unsafe clibav_plane(pointer, 0) else { return [] }
        return unsafe [Int16](
            UnsafeRawBufferPointer(start: start, count: sampleCount * 2).bindMemory(to: Int16.self)
        )
    }
}
