import CLibav

/// Turns the packets of one stream into frames.
@safe
final class Decoder {
    enum Result {
        case frame
        case needsPacket
        case end
        case failed
    }

    /// What may be left out when not every frame, or not the exact picture, is needed.
    struct Shortcuts {
        var skipsLoopFilter = false
        var skipsUnreferencedFrames = false
        var threads = 0
    }

    @unsafe private let context: UnsafeMutablePointer<AVCodecContext>
    let stream: StreamInfo
    private(set) var errorCount = 0
    private(set) var frameCount = 0

    init(
        _ input: MediaInput,
        _ stream: StreamInfo,
        shortcuts: Shortcuts = Shortcuts()
    ) throws(MediaError) {
        self.stream = stream
        let parameters = unsafe input.parameters(stream.index)
        guard let codec = unsafe avcodec_find_decoder(parameters.pointee.codec_id) else {
            throw MediaError(.unsupported, "no decoder for codec '\(stream.codecName)'")
        }
        let name = unsafe String(cString: codec.pointee.name)
        guard AcceptedFormats.isAccepted(decoder: name) else {
            throw MediaError(.unsupported, "codec '\(stream.codecName)' is not accepted")
        }
        guard let context = unsafe avcodec_alloc_context3(codec) else { throw LibavCall.outOfMemory() }
        unsafe self.context = unsafe context
        try LibavCall.check(
            unsafe avcodec_parameters_to_context(context, parameters),
            .unsupported,
            "codec parameters are not usable"
        )
        unsafe context.pointee.pkt_timebase = stream.timeBase
        unsafe context.pointee.thread_count = Int32(shortcuts.threads)
        unsafe context.pointee.max_pixels = Int64(input.limits.picturePixelsMax)
        if shortcuts.skipsLoopFilter { unsafe context.pointee.skip_loop_filter = AVDISCARD_ALL }
        if shortcuts.skipsUnreferencedFrames { unsafe context.pointee.skip_frame = AVDISCARD_NONREF }
        try LibavCall.check(
            unsafe avcodec_open2(context, codec, nil),
            .unsupported,
            "the decoder for '\(stream.codecName)' did not open"
        )
    }

    /// A decoder for single PNG pictures.
    init(png pixelsMax: Int) throws(MediaError) {
        stream = .stillImage
        guard let codec = unsafe avcodec_find_decoder_by_name("png"),
            let context = unsafe avcodec_alloc_context3(codec)
        else { throw MediaError(.unsupported, "no decoder for PNG pictures") }
        unsafe self.context = unsafe context
        unsafe context.pointee.max_pixels = Int64(pixelsMax)
        unsafe context.pointee.thread_count = 1
        try LibavCall.check(
            unsafe avcodec_open2(context, codec, nil),
            .unsupported,
            "the PNG decoder did not open"
        )
    }

    deinit {
        var context: UnsafeMutablePointer<AVCodecContext>? = unsafe self.context
        unsafe avcodec_free_context(&context)
    }

    /// Hands over one packet, or nil for the end; damage is counted, not thrown.
    func send(_ packet: Packet?) throws(MediaError) {
        let result = unsafe avcodec_send_packet(context, packet?.pointer)
        if result >= 0 || result == clibav_end { return }
        if result == clibav_no_memory { throw LibavCall.outOfMemory() }
        errorCount += 1
    }

    func receive(into frame: Frame) throws(MediaError) -> Result {
        frame.clear()
        let result = unsafe avcodec_receive_frame(context, frame.pointer)
        if result >= 0 {
            frameCount += 1
            if stream.kind == .audio { frame.nameChannels() }
            return .frame
        }
        if result == clibav_again { return .needsPacket }
        if result == clibav_end { return .end }
        if result == clibav_no_memory { throw LibavCall.outOfMemory() }
        errorCount += 1
        return .failed
    }

    /// Forgets everything after a seek.
    func flush() { unsafe avcodec_flush_buffers(context) }
}
