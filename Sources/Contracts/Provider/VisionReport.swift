/// What a vision service says of its work: `contracts/vision-report.schema.json`.
///
/// It is the answer to a request, the answer to a question, and the body of a callback.
package struct VisionReport: Codable, Sendable, Hashable {
    /// The words of `status`; a word that is not among them means that the work goes on.
    package enum Status: String, Sendable, CaseIterable {
        case accepted
        case running
        case succeeded
        case failed
        case cancelled
    }

    package struct Clip: Codable, Sendable, Hashable {
        package var clip: String
        package var tracks: [Track]

        package init(clip: String, tracks: [Track]) {
            self.clip = clip
            self.tracks = tracks
        }
    }

    /// One face on its way through a clip.
    package struct Track: Codable, Sendable, Hashable {
        package var id: Int
        package var samples: [Sample]

        package init(id: Int, samples: [Sample]) {
            self.id = id
            self.samples = samples
        }
    }

    package struct Sample: Codable, Sendable, Hashable {
        /// From the clip's start, which may lie later than that of its file.
        package var tMs: Int
        /// Left edge, upper edge, width and height as shares of the picture.
        package var box: [Double]
        /// How sure the service is, 0 to 1.
        package var score: Double
        /// How far the mouth is open, 0 to 1.
        package var mouth: Double?

        package init(tMs: Int, box: [Double], score: Double, mouth: Double? = nil) {
            self.tMs = tMs
            self.box = box
            self.score = score
            self.mouth = mouth
        }
    }

    package struct Fault: Codable, Sendable, Hashable {
        package var code: String
        package var message: String
        /// Whether trying the same again can help.
        package var retryable: Bool

        package init(code: String, message: String, retryable: Bool) {
            self.code = code
            self.message = message
            self.retryable = retryable
        }
    }

    package var attemptId: String
    /// The service's own id of the work.
    package var jobId: String
    package var status: String
    /// 0 to 1.
    package var progress: Double?
    /// Of work that succeeded: every clip of the request.
    package var clips: [Clip]?
    /// Of work that failed.
    package var error: Fault?

    package init(
        attemptId: String,
        jobId: String,
        status: Status,
        progress: Double? = nil,
        clips: [Clip]? = nil,
        error: Fault? = nil
    ) {
        self.attemptId = attemptId
        self.jobId = jobId
        self.status = status.rawValue
        self.progress = progress
        self.clips = clips
        self.error = error
    }
}
