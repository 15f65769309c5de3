package import Foundation
package import Signatures

/// What an account at OpenAI, or a service that speaks like it, is used with.
package struct OpenAIAudioSettings: Sendable, Hashable {
    /// What is done with a model that gives no times of words.
    package enum WordTimes: String, Sendable, Hashable, CaseIterable {
        /// It is refused: captions that highlight words, and cuts between words, need times.
        case required
        /// Words are spread over the passage that they were heard in, and a warning says so.
        case estimated
    }

    /// The limit of the service, for a whole request.
    package static let fileBytesMax = 25_000_000
    package static let chunkBytesMin = 1 << 20

    package var key: Secret
    /// With the version, without a slash at the end.
    package var baseURL: String
    package var model: String
    package var wordTimes: WordTimes
    /// Longest piece of audio in one request.
    package var chunkBytesMax: Int
    /// What two pieces have in common, so that no word is cut in both.
    package var overlapMs: Int
    /// Where a piece lies while it is sent.
    package var temporaryFolder: URL

    package init(
        key: Secret,
        baseURL: String = "https://api.openai.com/v1",
        model: String = "whisper-1",
        wordTimes: WordTimes = .required,
        chunkBytesMax: Int = 24_000_000,
        overlapMs: Int = 4_000,
        temporaryFolder: URL = FileManager.default.temporaryDirectory
    ) {
        self.key = key
        self.baseURL = baseURL
        self.model = model
        self.wordTimes = wordTimes
        self.chunkBytesMax = min(max(chunkBytesMax, Self.chunkBytesMin), Self.fileBytesMax - (64 << 10))
        self.overlapMs = min(max(overlapMs, 500), 10_000)
        self.temporaryFolder = temporaryFolder
    }

    /// How the model tells what it heard.
    var form: OpenAIAudioForm {
        if model.hasPrefix("whisper") { return .words }
        return model.contains("diarize") ? .passages : .text
    }
}

/// What an answer of OpenAI's audio models holds.
enum OpenAIAudioForm: String, Sendable, Hashable, CaseIterable {
    /// Words with times.
    case words = "verbose_json"
    /// Sentences with times and speakers.
    case passages = "diarized_json"
    case text = "json"

    /// Longest audio in one request; without times of words the pieces are short, to be spread in.
    var chunkMsMax: Int {
        switch self {
        case .words, .passages: 1_200_000
        case .text: 30_000
        }
    }
}
