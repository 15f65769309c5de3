import Foundation

/// How pictures are encoded: H.264 High, 8 bit 4:2:0, BT.709, constant frame rate.
package struct VideoEncoding: Sendable, Equatable {
    /// An x264 preset such as `veryfast`.
    package var preset = "veryfast"
    /// x264's quality: lower is better and larger.
    package var crf = 20
    /// Encoder threads; 0 leaves it to x264.
    package var threads = 0
    /// The longest way between two key frames.
    package var keyframeMs = 2_000

    package init(preset: String = "veryfast", crf: Int = 20, threads: Int = 0) {
        self.preset = preset
        self.crf = crf
        self.threads = threads
    }

    /// For one of so many files that are encoded side by side: more threads than cores would only hold more pictures.
    package init(beside count: Int) {
        self.init(threads: max(1, ProcessInfo.processInfo.activeProcessorCount / max(1, count)))
    }
}
