import Foundation

/// Where the engine lies and how much of it may run.
package struct SpeechConfiguration: Sendable {
    /// The Python of the environment that `scripts/setup` makes.
    package var pythonPath: String
    /// Any folder with a Whisper model for CTranslate2.
    package var modelDirectory: String
    /// The weights of the voice encoder; without them speakers are not told apart, and a warning says so.
    package var voiceModelPath: String?
    /// Written into transcripts, so that a reader knows what recognised them.
    package var modelName: String
    /// Where the engine's program and logs are put; made when missing.
    package var scratchDirectory: String
    /// One process uses one core.
    package var processCount: Int
    /// How long audio is cut.
    package var pieces = PiecePlanner()
    /// How long the engine may take to load its model.
    package var startMsMax = 60_000
    /// The shortest time that a piece is given.
    package var pieceMsMin = 60_000
    /// How many times the length of its audio a piece may take at most.
    package var slownessMax = 6.0

    package init(
        pythonPath: String,
        modelDirectory: String,
        voiceModelPath: String? = nil,
        modelName: String = "embedded/whisper-base-int8",
        scratchDirectory: String,
        processCount: Int = max(1, ProcessInfo.processInfo.activeProcessorCount)
    ) {
        self.pythonPath = pythonPath
        self.modelDirectory = modelDirectory
        self.voiceModelPath = voiceModelPath
        self.modelName = modelName
        self.scratchDirectory = scratchDirectory
        self.processCount = max(1, processCount)
    }

    /// The engine and the model that `scripts/setup` puts into a vendor folder.
    package init(vendorDirectory: String, scratchDirectory: String) {
        let voice = vendorDirectory + "/models/voice/voice.npz"
        self.init(
            pythonPath: vendorDirectory + "/speech/bin/python",
            modelDirectory: vendorDirectory + "/models/whisper-base",
            voiceModelPath: FileManager.default.fileExists(atPath: voice) ? voice : nil,
            scratchDirectory: scratchDirectory
        )
    }
}
