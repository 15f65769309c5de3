package import Contracts

/// What the process that reads a source is told, in one line.
package struct SourceOrder: Codable, Sendable {
    /// The source's own file, which is not changed.
    package var source: String
    /// The folder that takes the results, and that nobody else uses.
    package var folder: String
    package var durationMsMax: Int?

    package init(source: String, folder: String, durationMsMax: Int?) {
        self.source = source
        self.folder = folder
        self.durationMsMax = durationMsMax
    }

    /// Where the stable input is written.
    package var mediaPath: String { "\(folder)/media.mp4" }
    /// Where its sound is written.
    package var audioPath: String { "\(folder)/audio.wav" }
}

/// One line from the process that reads a source.
package struct SourceNews: Codable, Sendable {
    package struct Failure: Codable, Sendable {
        /// A code of `MediaError`.
        package var code: String
        package var detail: String
        /// The most memory that the process held.
        package var peakBytes: Int64?
    }

    package struct Result: Codable, Sendable {
        package var media: MediaInfo
        package var audio: AudioInfo
    }

    /// In the first line: whether it could give up the network and other programs.
    package var isIsolated: Bool?
    /// Once it has its order: whether it could give up all other files.
    package var isConfined: Bool?
    /// How much was done so far, in no unit: work goes on while it grows.
    package var steps: Int?
    /// 0 to 1.
    package var progress: Double?
    package var failure: Failure?
    package var result: Result?

    package init(
        isIsolated: Bool? = nil,
        isConfined: Bool? = nil,
        steps: Int? = nil,
        progress: Double? = nil,
        failure: Failure? = nil,
        result: Result? = nil
    ) {
        self.isIsolated = isIsolated
        self.isConfined = isConfined
        self.steps = steps
        self.progress = progress
        self.failure = failure
        self.result = result
    }
}
