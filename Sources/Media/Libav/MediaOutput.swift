import CLibav

/// An MP4 file being written.
///
/// If it is dropped before `finish`, what was written is deleted.
@safe
final class MediaOutput {
    @unsafe private let context: UnsafeMutablePointer<AVFormatContext>
    private let interrupt: InterruptFlag
    let path: String
    private var hasHeader = false
    private var isFinished = false
    private var isDiscarded = false

    init(mp4 path: String, cancel: @escaping @Sendable () -> Bool = { false }) throws(MediaError) {
        MediaLog.silence()
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            throw MediaError(.invalidRequest, "an output file is named by its absolute path")
        }
        var fresh: UnsafeMutablePointer<AVFormatContext>? = nil
        let url = "file:" + path
        try LibavCall.check(
            unsafe avformat_alloc_output_context2(&fresh, nil, "mp4", url),
            .io,
            "the output cannot be set up"
        )
        guard let context = unsafe fresh else { throw LibavCall.outOfMemory() }
        unsafe self.context = unsafe context
        // It is asked before each block that is written or moved.
        interrupt = InterruptFlag {
            WorkCounter.step()
            return cancel()
        }
        self.path = path
        unsafe context.pointee.interrupt_callback = unsafe interrupt.callback
        unsafe context.pointee.flags |= AVFMT_FLAG_BITEXACT
        try LibavCall.check(
            unsafe avio_open2(
                &context.pointee.pb,
                url,
                AVIO_FLAG_WRITE,
                &context.pointee.interrupt_callback,
                nil
            ),
            .io,
            "the output file cannot be created"
        )
    }

    deinit {
        discard()
        unsafe avformat_free_context(context)
    }

    /// Closes the file and deletes it, unless it is finished.
    func discard() {
        unsafe avio_closep(&context.pointee.pb)
        guard !isFinished && !isDiscarded else { return }
        isDiscarded = true
        FileBytes.remove(path)
    }

    /// Adds a stream that `encoder` fills; returns its index.
    func addStream(_ encoder: Encoder) throws(MediaError) -> Int {
        let stream = unsafe try newStream()
        unsafe try encoder.describe(into: stream.pointee.codecpar)
        unsafe stream.pointee.codecpar.pointee.codec_tag = 0
        unsafe stream.pointee.time_base = encoder.timeBase
        return unsafe Int(stream.pointee.index)
    }

    /// Adds a video stream that `encoder` fills at a constant rate; returns its index.
    func addStream(_ encoder: Encoder, frameRate: FrameRate) throws(MediaError) -> Int {
        let index = try addStream(encoder)
        let stream = unsafe clibav_stream(context, UInt32(index))
        unsafe stream?.pointee.avg_frame_rate = frameRate.rational
        return index
    }

    /// Adds a stream into which packets of `input` are copied; returns its index.
    func addCopy(of stream: StreamInfo, in input: MediaInput) throws(MediaError) -> Int {
        let target = unsafe try newStream()
        try LibavCall.check(
            unsafe avcodec_parameters_copy(target.pointee.codecpar, input.parameters(stream.index)),
            .io,
            "stream parameters cannot be copied"
        )
        unsafe target.pointee.codecpar.pointee.codec_tag = 0
        unsafe target.pointee.time_base = stream.timeBase
        if let rate = stream.averageRate { unsafe target.pointee.avg_frame_rate = rate.rational }
        return unsafe Int(target.pointee.index)
    }

    /// Writes the header; the index goes to the front of the file when it is finished.
    func start() throws(MediaError) {
        let options = OptionDictionary([("movflags", "+faststart")])
        try LibavCall.check(
            unsafe avformat_write_header(context, &options.pointer),
            .encodeFailed,
            "the file header cannot be written"
        )
        hasHeader = true
    }

    /// Writes one packet whose times are in `timeBase`; the packet is empty afterwards.
    ///
    /// Throws `encodeFailed` when the packet itself is what does not fit.
    func write(_ packet: Packet, stream: Int, timeBase: AVRational) throws(MediaError) {
        guard let target = unsafe clibav_stream(context, UInt32(stream)) else { return }
        packet.rescale(from: timeBase, to: unsafe target.pointee.time_base)
        packet.streamIndex = stream
        unsafe packet.pointer.pointee.pos = -1
        let result = unsafe av_interleaved_write_frame(context, packet.pointer)
        let isUnfit = result == clibav_invalid_argument || result == clibav_invalid_data
        try LibavCall.check(result, isUnfit ? .encodeFailed : .io, "a packet cannot be written")
    }

    /// Completes the file.
    func finish() throws(MediaError) {
        guard hasHeader else { throw MediaError(.encodeFailed, "nothing was written") }
        try LibavCall.check(unsafe av_write_trailer(context), .io, "the file cannot be completed")
        try LibavCall.check(unsafe avio_closep(&context.pointee.pb), .io, "the file cannot be closed")
        isFinished = true
    }

    @unsafe
    private func newStream() throws(MediaError) -> UnsafeMutablePointer<AVStream> {
        guard let stream = unsafe avformat_new_stream(context, nil) else { throw LibavCall.outOfMemory() }
        return unsafe stream
    }
}
