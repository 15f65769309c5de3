package import Foundation

/// What a vision service is asked for: `contracts/vision-request.schema.json`.
package struct VisionRequest: Codable, Sendable, Hashable {
    /// What is looked for.
    package enum Analysis: String, Codable, Sendable, CaseIterable {
        case faces
    }

    /// A clip, and the file that it lies in.
    package struct Clip: Codable, Sendable, Hashable {
        package var clip: String
        /// A signed link to an MP4 file.
        package var mediaUrl: String
        package var sha256: String
        package var sizeBytes: Int64
        /// Start and end of the clip in its file.
        package var rangeMs: [Int]
        package var width: Int
        package var height: Int

        package init(
            clip: String,
            mediaUrl: String,
            sha256: String,
            sizeBytes: Int64,
            rangeMs: [Int],
            width: Int,
            height: Int
        ) {
            self.clip = clip
            self.mediaUrl = mediaUrl
            self.sha256 = sha256
            self.sizeBytes = sizeBytes
            self.rangeMs = rangeMs
            self.width = width
            self.height = height
        }
    }

    /// Where reports go, and how they are signed.
    package struct Callback: Codable, Sendable, Hashable {
        package enum Scheme: String, Codable, Sendable, CaseIterable {
            case standardWebhooks = "standard-webhooks"
        }

        package var url: String
        package var scheme: Scheme
        /// Which of the keys that were agreed upon signs.
        package var keyId: String

        package init(url: String, keyId: String) {
            self.url = url
            scheme = .standardWebhooks
            self.keyId = keyId
        }
    }

    package var version = 1
    /// One attempt of a task: the same id is the same work, whatever links come with it.
    package var attemptId: String
    package var analysis: [Analysis]
    /// Pictures to look at in a second of a clip.
    package var sampleFps: Int
    /// Nobody wants the result later.
    package var deadline: Date
    package var clips: [Clip]
    package var callback: Callback

    package init(
        attemptId: String,
        analysis: [Analysis] = [.faces],
        sampleFps: Int,
        deadline: Date,
        clips: [Clip],
        callback: Callback
    ) {
        self.attemptId = attemptId
        self.analysis = analysis
        self.sampleFps = sampleFps
        self.deadline = deadline
        self.clips = clips
        self.callback = callback
    }
}
