import CLibav
import Glibc

/// Where an ASS script draws, found by drawing it on plain grey.
package enum CaptionExtent {
    /// What is drawn at each of some times, as the smallest rectangle in pixels; nil where nothing is.
    ///
    /// The times must go up.
    package static func boxes(
        _ captions: ShortRenderSpec.Captions,
        width: Int,
        height: Int,
        timesMs: [Int]
    ) throws(MediaError) -> [PixelRect?] {
        let fonts = try FontFolder(captions.fontFolders)
        let graph = try FilterGraph(
            "buffer@in=video_size=\(width)x\(height):pix_fmt=yuv420p:time_base=1/1000:pixel_aspect=1/1,"
                + FinishingGraph.captions(captions, fonts) + ",format=yuv420p,buffersink@out"
        )
        let blank = try Frame(greyWidth: width, height: height)
        let drawn = try Frame()
        var boxes: [PixelRect?] = []
        for timeMs in timesMs {
            let frame = try Frame(sharing: blank)
            frame.pts = Int64(timeMs)
            try graph.push(frame, to: "buffer@in")
            guard try graph.pull(from: "buffersink@out", into: drawn) else {
                throw MediaError(.encodeFailed, "captions gave no picture")
            }
            boxes.append(box(of: drawn))
        }
        return boxes
    }

    private static func box(of frame: Frame) -> PixelRect? {
        let (width, height) = (frame.width, frame.height)
        let blank = [UInt8](repeating: Frame.grey, count: width)
        let found = unsafe frame.withPlane(0, lines: height) { bytes, stride -> PixelRect? in
            guard let start = bytes.baseAddress else { return nil }
            var (left, right, top, bottom) = (width, -1, height, -1)
            for line in 0..<height {
                let row = unsafe start + line * stride
                // Most lines are blank, and whole ones are compared fastest.
                if unsafe memcmp(row, blank, width) == 0 { continue }
                top = min(top, line)
                bottom = line
                let pixels = unsafe UnsafeRawBufferPointer(start: row, count: width)
                let first = unsafe pixels.firstIndex { $0 != Frame.grey }
                let last = unsafe pixels.lastIndex { $0 != Frame.grey }
                left = min(left, first ?? left)
                right = max(right, last ?? right)
            }
            guard right >= left, bottom >= top else { return nil }
            return PixelRect(x: left, y: top, width: right - left + 1, height: bottom - top + 1)
        }
        return found ?? nil
    }
}
