import CLibav

/// Brings pictures that change size in mid-stream back to the shape the stream began with.
@safe
final class PictureAdapter {
    private let shape: FrameShape
    @unsafe private var scaler: OpaquePointer?
    private let target: Frame

    init(_ shape: FrameShape) throws(MediaError) {
        self.shape = shape
        target = try Frame()
    }

    deinit { unsafe sws_freeContext(scaler) }

    /// `frame` itself if it has the shape, else a scaled copy that lives until the next call.
    func adapt(_ frame: Frame) throws(MediaError) -> Frame {
        if FrameShape(frame) == shape { return frame }
        unsafe scaler = unsafe sws_getCachedContext(
            scaler,
            Int32(frame.width),
            Int32(frame.height),
            AVPixelFormat(frame.format),
            Int32(shape.width),
            Int32(shape.height),
            AVPixelFormat(shape.format),
            SWS_BICUBIC,
            nil,
            nil,
            nil
        )
        guard let scaler = unsafe scaler else {
            throw MediaError(.unsupported, "the picture changes to a size or format that cannot be converted")
        }
        target.clear()
        unsafe target.pointer.pointee.width = Int32(shape.width)
        unsafe target.pointer.pointee.height = Int32(shape.height)
        unsafe target.pointer.pointee.format = shape.format
        try LibavCall.check(
            unsafe sws_scale_frame(scaler, target.pointer, frame.pointer),
            .decodeFailed,
            "a picture cannot be scaled"
        )
        target.pts = frame.bestPts
        return target
    }
}
