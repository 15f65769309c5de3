import CLibav

/// Turns frames into packets.
@safe
final class Encoder {
    @unsafe private let context: UnsafeMutablePointer<AVCodecContext>
    let timeBase: AVRational
    /// How many samples a frame of sound must have; 0 for pictures.
    let frameSamples: Int

    /// An H.264 encoder for square-pixel 8 bit 4:2:0 pictures.
    init(
        video: VideoEncoding,
        width: Int,
        height: Int,
        frameRate: FrameRate
    ) throws(MediaError) {
        let context = unsafe try Encoder.allocate("libx264")
        unsafe self.context = unsafe context
        timeBase = frameRate.timeBase
        frameSamples = 0
        unsafe context.pointee.width = Int32(width)
        unsafe context.pointee.height = Int32(height)
        unsafe context.pointee.pix_fmt = AV_PIX_FMT_YUV420P
        unsafe context.pointee.time_base = frameRate.timeBase
        unsafe context.pointee.framerate = frameRate.rational
        unsafe context.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
        unsafe context.pointee.color_primaries = AVCOL_PRI_BT709
        unsafe context.pointee.color_trc = AVCOL_TRC_BT709
        unsafe context.pointee.colorspace = AVCOL_SPC_BT709
        unsafe context.pointee.color_range = AVCOL_RANGE_MPEG
        let framesPerKey = frameRate.framesPerSecond * Double(video.keyframeMs) / 1_000
        unsafe context.pointee.gop_size = Int32(max(1, framesPerKey.rounded()))
        unsafe context.pointee.thread_count = Int32(video.threads)
        unsafe context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
        unsafe try Encoder.open(
            context,
            [("preset", video.preset), ("crf", "\(video.crf)"), ("profile", "high")]
        )
    }

    /// An AAC encoder for 48 kHz stereo.
    init(aacBitRate: Int) throws(MediaError) {
        let context = unsafe try Encoder.allocate("aac")
        unsafe self.context = unsafe context
        timeBase = AVRational(num: 1, den: Int32(AudioFormat.sampleRate))
        unsafe context.pointee.sample_rate = Int32(AudioFormat.sampleRate)
        unsafe context.pointee.sample_fmt = AV_SAMPLE_FMT_FLTP
        unsafe av_channel_layout_default(&context.pointee.ch_layout, 2)
        unsafe context.pointee.time_base = timeBase
        unsafe context.pointee.bit_rate = Int64(aacBitRate)
        unsafe context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
        frameSamples = AudioFormat.aacFrameSamples
        unsafe try Encoder.open(context, [])
    }

    /// A JPEG encoder for one full-range picture.
    init(jpegWidth width: Int, height: Int) throws(MediaError) {
        let context = unsafe try Encoder.allocate("mjpeg")
        unsafe self.context = unsafe context
        timeBase = AVRational(num: 1, den: 25)
        frameSamples = 0
        unsafe context.pointee.width = Int32(width)
        unsafe context.pointee.height = Int32(height)
        unsafe context.pointee.pix_fmt = AV_PIX_FMT_YUVJ420P
        unsafe context.pointee.color_range = AVCOL_RANGE_JPEG
        unsafe context.pointee.time_base = timeBase
        unsafe context.pointee.flags |= AV_CODEC_FLAG_QSCALE
        unsafe context.pointee.global_quality = 3 * FF_QP2LAMBDA
        unsafe context.pointee.thread_count = 1
        unsafe try Encoder.open(context, [])
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = unsafe self.context
        unsafe avcodec_free_context(&context)
    }

    /// Feeds a frame; nil ends the stream.
    func send(_ frame: Frame?) throws(MediaError) {
        let result = unsafe avcodec_send_frame(context, frame?.pointer)
        try LibavCall.check(result, .encodeFailed, "a frame could not be encoded")
    }

    /// Takes the next packet; false if the encoder has none now.
    func receive(into packet: Packet) throws(MediaError) -> Bool {
        packet.clear()
        let result = unsafe avcodec_receive_packet(context, packet.pointer)
        if result == clibav_again || result == clibav_end { return false }
        try LibavCall.check(result, .encodeFailed, "encoding failed")
        return true
    }

    /// Copies what a container needs to know about this encoder.
    @unsafe
    func describe(into parameters: UnsafeMutablePointer<AVCodecParameters>) throws(MediaError) {
        try LibavCall.check(
            unsafe avcodec_parameters_from_context(parameters, context),
            .encodeFailed,
            "encoder parameters"
        )
    }

    @unsafe
    private static func allocate(_ name: String) throws(MediaError) -> UnsafeMutablePointer<AVCodecContext> {
        MediaLog.silence()
        guard let codec = unsafe avcodec_find_encoder_by_name(name) else {
            throw MediaError(.encodeFailed, "this build of libavcodec has no '\(name)' encoder")
        }
        guard let context = unsafe avcodec_alloc_context3(codec) else { throw LibavCall.outOfMemory() }
        return unsafe context
    }

    @unsafe
    private static func open(
        _ context: UnsafeMutablePointer<AVCodecContext>,
        _ options: [(String, String)]
    ) throws(MediaError) {
        let dictionary = OptionDictionary(options)
        let result = unsafe avcodec_open2(context, context.pointee.codec, &dictionary.pointer)
        try LibavCall.check(result, .encodeFailed, "the encoder did not open")
        if let name = dictionary.unusedName {
            throw MediaError(.encodeFailed, "the encoder has no option '\(name)'")
        }
    }
}
