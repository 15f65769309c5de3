import CLibav

/// One packet of compressed data, used again and again.
@safe
final class Packet {
    @unsafe let pointer: UnsafeMutablePointer<AVPacket>

    init() throws(MediaError) {
        guard let pointer = unsafe av_packet_alloc() else { throw LibavCall.outOfMemory() }
        unsafe self.pointer = unsafe pointer
    }

    /// Another reference to the same data.
    init(sharing other: Packet) throws(MediaError) {
        guard let pointer = unsafe av_packet_clone(other.pointer) else { throw LibavCall.outOfMemory() }
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        var pointer: UnsafeMutablePointer<AVPacket>? = unsafe self.pointer
        unsafe av_packet_free(&pointer)
    }

    func clear() { unsafe av_packet_unref(pointer) }

    var streamIndex: Int {
        get { unsafe Int(pointer.pointee.stream_index) }
        set { unsafe pointer.pointee.stream_index = Int32(newValue) }
    }

    var pts: Int64? {
        get { unsafe pointer.pointee.pts == clibav_no_pts ? nil : pointer.pointee.pts }
        set { unsafe pointer.pointee.pts = newValue ?? clibav_no_pts }
    }

    var dts: Int64? {
        get { unsafe pointer.pointee.dts == clibav_no_pts ? nil : pointer.pointee.dts }
        set { unsafe pointer.pointee.dts = newValue ?? clibav_no_pts }
    }

    var duration: Int64 { unsafe pointer.pointee.duration }
    var byteCount: Int { unsafe Int(pointer.pointee.size) }
    var isKey: Bool { unsafe pointer.pointee.flags & AV_PKT_FLAG_KEY != 0 }
    var isCorrupt: Bool { unsafe pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 }
    /// Decoded only so that later frames can be, never shown.
    var isHidden: Bool { unsafe pointer.pointee.flags & AV_PKT_FLAG_DISCARD != 0 }

    /// Moves all times by `ticks`, earlier.
    func shiftBack(_ ticks: Int64) {
        if let pts { self.pts = pts - ticks }
        if let dts { self.dts = dts - ticks }
    }

    func rescale(from: AVRational, to target: AVRational) {
        unsafe av_packet_rescale_ts(pointer, from, target)
    }

    /// The compressed bytes.
    var bytes: [UInt8] {
        guard let data = unsafe pointer.pointee.data, byteCount > 0 else { return [] }
        return unsafe [UInt8](UnsafeBufferPointer(start: data, count: byteCount))
    }

    /// Takes a copy of `bytes`, padded as libav wants it.
    func fill(_ bytes: [UInt8]) throws(MediaError) {
        clear()
        try LibavCall.check(
            unsafe av_new_packet(pointer, Int32(bytes.count)),
            .io,
            "a packet was not allocated"
        )
        guard let data = unsafe pointer.pointee.data else { throw LibavCall.outOfMemory() }
        unsafe UnsafeMutableRawPointer(data).copyMemory(from: bytes, byteCount: bytes.count)
    }
}
