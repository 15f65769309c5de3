import CLibav
import Glibc

/// A media file opened for reading, under limits.
///
/// Only local regular files, only known containers: see `AcceptedFormats`.
@safe
final class MediaInput {
    enum ReadResult {
        case packet
        case end
        /// The container broke off or is damaged here; reading on may or may not work.
        case damaged(Int32)
    }

    @unsafe private let context: UnsafeMutablePointer<AVFormatContext>
    private let interrupt: InterruptFlag
    let limits: MediaLimits
    let fileBytes: Int
    /// libav's name of the container with its aliases.
    let formatName: String
    let streams: [StreamInfo]

    init(
        path: String,
        limits: MediaLimits = MediaLimits(),
        cancel: @escaping @Sendable () -> Bool = { false }
    ) throws(MediaError) {
        MediaLog.silence()
        try LibavCall.checkCancelled(cancel)
        let fileBytes = try FileSniff.regularFileBytes(path)
        if fileBytes == 0 { throw MediaError(.empty, "the file is empty") }
        let interrupt = InterruptFlag(cancel)
        let context = unsafe try MediaInput.open(path: path, limits: limits, interrupt: interrupt)
        unsafe self.context = unsafe context
        self.interrupt = interrupt
        self.limits = limits
        self.fileBytes = fileBytes
        formatName = unsafe String(cString: context.pointee.iformat.pointee.name)
        streams = unsafe (0..<Int(context.pointee.nb_streams)).map { unsafe MediaInput.describe(context, $0) }
    }

    deinit {
        var context: UnsafeMutablePointer<AVFormatContext>? = unsafe self.context
        unsafe avformat_close_input(&context)
    }

    /// What the header claims in total, in milliseconds.
    var claimedDurationMs: Int? {
        let duration = unsafe context.pointee.duration
        return duration == clibav_no_pts || duration <= 0 ? nil : Int(duration / 1_000)
    }

    var cancel: @Sendable () -> Bool { interrupt.cancel }

    /// The stream's parameters, alive as long as this input.
    @unsafe
    func parameters(_ index: Int) -> UnsafeMutablePointer<AVCodecParameters> {
        unsafe clibav_stream(context, UInt32(index)).pointee.codecpar
    }

    /// Leaves the packets of all other streams unread.
    func keepOnly(_ indices: [Int]) {
        for stream in streams {
            let keeps = indices.contains(stream.index)
            let target = unsafe clibav_stream(context, UInt32(stream.index))
            unsafe target?.pointee.discard = keeps ? AVDISCARD_DEFAULT : AVDISCARD_ALL
        }
    }

    /// Reads the next packet of a kept stream.
    func read(into packet: Packet) throws(MediaError) -> ReadResult {
        try LibavCall.checkCancelled(interrupt.cancel)
        packet.clear()
        let result = unsafe av_read_frame(context, packet.pointer)
        if result >= 0 {
            WorkCounter.step()
            return .packet
        }
        if result == clibav_exit { throw MediaError(.cancelled, "cancelled") }
        if result == clibav_end {
            // A read that failed below looks like the end to many demuxers.
            let below = unsafe context.pointee.pb?.pointee.error ?? 0
            return below < 0 && below != clibav_end ? .damaged(below) : .end
        }
        return .damaged(result)
    }

    /// Goes to the last key frame at or before `ticks` of one stream; false if the container cannot.
    func seek(stream index: Int, toTicks ticks: Int64) -> Bool {
        unsafe av_seek_frame(context, Int32(index), ticks, AVSEEK_FLAG_BACKWARD) >= 0
    }
}

extension MediaInput {
    @unsafe
    private static func open(
        path: String,
        limits: MediaLimits,
        interrupt: InterruptFlag
    ) throws(MediaError) -> UnsafeMutablePointer<AVFormatContext> {
        guard let fresh = unsafe avformat_alloc_context() else { throw LibavCall.outOfMemory() }
        unsafe fresh.pointee.interrupt_callback = unsafe interrupt.callback
        unsafe fresh.pointee.probesize = Int64(limits.probeBytesMax)
        unsafe fresh.pointee.max_analyze_duration = Int64(limits.analyzeMsMax) * 1_000
        // libav itself only runs out of memory at its limit, so there is room to count what is too much.
        unsafe fresh.pointee.max_streams = Int32(clamping: limits.streamsMax * 4)
        let options = OptionDictionary([
            ("protocol_whitelist", "file"),
            ("format_whitelist", AcceptedFormats.containerList),
            ("codec_whitelist", AcceptedFormats.decoderList),
        ])
        // On failure libav frees the context that it was given.
        var context: UnsafeMutablePointer<AVFormatContext>? = unsafe fresh
        let opened = unsafe avformat_open_input(&context, "file:" + path, nil, &options.pointer)
        if opened == clibav_exit { throw MediaError(.cancelled, "cancelled") }
        if opened == clibav_no_memory {
            throw MediaError(.limitExceeded, "its index asks for more streams or memory than it is given")
        }
        guard opened >= 0, let ready = unsafe context else {
            throw FileSniff.explain(path: path, openResult: opened)
        }
        let result = unsafe avformat_find_stream_info(ready, nil)
        let count = unsafe Int(ready.pointee.nb_streams)
        if result < 0 || count > limits.streamsMax {
            unsafe avformat_close_input(&context)
            if count > limits.streamsMax {
                throw MediaError(
                    .limitExceeded,
                    "\(count) streams, at most \(limits.streamsMax) are accepted"
                )
            }
            throw LibavCall.failure(result, .truncated, "no stream of the file could be read")
        }
        return unsafe ready
    }

    @unsafe
    private static func describe(_ context: UnsafeMutablePointer<AVFormatContext>, _ index: Int) -> StreamInfo
    {
        let stream: UnsafeMutablePointer<AVStream> = unsafe clibav_stream(context, UInt32(index))
        let codec = unsafe stream.pointee.codecpar.pointee
        let kind: StreamInfo.Kind =
            unsafe codec.codec_type == AVMEDIA_TYPE_VIDEO
            ? .video : codec.codec_type == AVMEDIA_TYPE_AUDIO ? .audio : .other
        let disposition = unsafe stream.pointee.disposition
        let start = unsafe stream.pointee.start_time
        let duration = unsafe stream.pointee.duration
        let format = AVPixelFormat(unsafe codec.format)
        let formatName =
            kind == .video ? unsafe av_get_pix_fmt_name(format).map { unsafe String(cString: $0) } : nil
        return unsafe StreamInfo(
            index: index,
            kind: kind,
            codecName: String(cString: avcodec_get_name(codec.codec_id)),
            timeBase: stream.pointee.time_base,
            startTicks: start == clibav_no_pts ? nil : start,
            durationTicks: duration == clibav_no_pts || duration <= 0 ? nil : duration,
            isAttachedPicture: disposition & (AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS)
                != 0,
            isDefault: disposition & AV_DISPOSITION_DEFAULT != 0,
            width: Int(codec.width),
            height: Int(codec.height),
            pixelFormatName: formatName ?? "",
            profile: codec.profile,
            fieldOrder: codec.field_order,
            sampleAspect: av_guess_sample_aspect_ratio(context, stream, nil),
            averageRate: FrameRate(stream.pointee.avg_frame_rate),
            tickRate: FrameRate(stream.pointee.r_frame_rate),
            rotationDegrees: rotation(of: stream),
            colorTransfer: codec.color_trc,
            colorRange: codec.color_range,
            sampleRate: Int(codec.sample_rate),
            channels: Int(codec.ch_layout.nb_channels)
        )
    }

    /// Clockwise degrees by which a player turns the picture: 0, 90, 180 or 270.
    @unsafe
    private static func rotation(of stream: UnsafeMutablePointer<AVStream>) -> Int {
        var size = 0
        guard let data = unsafe av_stream_get_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, &size), size >= 36
        else { return 0 }
        let degrees = unsafe data.withMemoryRebound(to: Int32.self, capacity: 9) {
            unsafe av_display_rotation_get($0)
        }
        guard degrees.isFinite else { return 0 }
        let quarter = Int((-degrees / 90).rounded())
        return ((quarter % 4) + 4) % 4 * 90
    }
}
