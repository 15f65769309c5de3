package import Contracts
import Foundation
package import Logging
import ServiceLifecycle
import Speech
import Vision

/// The engines behind the embedded provider's tasks, and the handlers that use them.
package final class EmbeddedEngines: Service {
    /// Starting a speech engine takes some two seconds, keeping one costs the memory that renders need.
    private static let speechIdle = Duration.seconds(15)
    private static let speechCheckInterval = Duration.seconds(3)

    package let handlers: [ProviderTask.Kind: any TaskHandler]
    private let recognizer: SpeechRecognizer?

    /// Looks for what `scripts/setup` put into `vendorPath`; what is missing there fails the tasks that need it.
    ///
    /// `sourceProgram` reads sources.
    package init(
        vendorPath: String?,
        modelPath: String?,
        scratchPath: String,
        processCount: Int,
        sourceProgram: SourceProcess.Program = .own,
        logger: Logger
    ) {
        let vendor = vendorPath ?? ".vendor"
        let (detector, problem) = Self.detector(vendor)
        if let problem { logger.warning("no faces will be found: \(problem)") }
        recognizer = Self.recognizer(vendor, modelPath, scratchPath, processCount, logger)
        if recognizer == nil {
            logger.warning("no speech will be recognised: the engine is not in \(vendor)")
        }
        handlers = [
            .transcode: TranscodeHandler(program: sourceProgram),
            .transcribe: TranscribeHandler(recognizer: recognizer),
            .segment: SegmentHandler(),
            .prepareMedia: PrepareMediaHandler(),
            .framing: FramingHandler(detector: detector, detectorProblem: problem),
            .audioPlan: AudioPlanHandler(),
            .render: RenderHandler(
                turnstile: Turnstile(places: max(1, processCount / 2)),
                detector: detector
            ),
        ]
    }

    /// Holds the engines until shutdown, then ends their processes.
    package func run() async throws {
        defer { recognizer?.stop() }
        await cancelWhenGracefulShutdown {
            // Ends with the sleep, which throws when it is cancelled.
            while (try? await Task.sleep(for: Self.speechCheckInterval)) != nil {
                self.recognizer?.endIdle(for: Self.speechIdle)
            }
        }
    }

    private static func detector(_ vendor: String) -> (FaceDetector?, String?) {
        do throws(VisionError) {
            return (try FaceDetector(libraryPath: "\(vendor)/vision/libfacedetection.so"), nil)
        } catch {
            return (nil, error.description)
        }
    }

    private static func recognizer(
        _ vendor: String,
        _ modelPath: String?,
        _ scratchPath: String,
        _ processCount: Int,
        _ logger: Logger
    ) -> SpeechRecognizer? {
        var configuration = SpeechConfiguration(
            vendorDirectory: vendor,
            scratchDirectory: "\(scratchPath)/speech"
        )
        configuration.processCount = processCount
        if let modelPath {
            configuration.modelDirectory = modelPath
            configuration.modelName = "embedded/\(URL(filePath: modelPath).lastPathComponent)"
        }
        guard FileManager.default.fileExists(atPath: configuration.pythonPath),
            FileManager.default.fileExists(atPath: configuration.modelDirectory)
        else { return nil }
        return SpeechRecognizer(configuration, logger: logger)
    }
}
