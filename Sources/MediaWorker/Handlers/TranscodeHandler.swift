import Contracts

/// Brings a source into the form that all later stages read.
///
/// A stranger's file is parsed for the first time here, so it is done by a process that has little to lose.
package struct TranscodeHandler: TaskHandler {
    private let program: SourceProcess.Program
    private let limits: @Sendable (_ sourceBytes: Int64) -> SourceLimits

    package init(
        program: SourceProcess.Program,
        limits: @escaping @Sendable (_ sourceBytes: Int64) -> SourceLimits = { SourceLimits(sourceBytes: $0) }
    ) {
        self.program = program
        self.limits = limits
    }

    package func run(_ context: TaskContext) async throws {
        let order = SourceOrder(
            source: try await context.input("source"),
            folder: context.folder,
            durationMsMax: context.task.parameters.durationMsMax
        )
        let sourceBytes = context.task.inputs.first { $0.name == "source" }?.sizeBytes ?? 0
        let process = SourceProcess(program, limits: limits(sourceBytes), logger: context.logger)
        let (cancel, progress) = (context.isCancelled, context.progress(from: 0.02, to: 0.85))
        let result = try await context.blocking {
            try process.run(order, cancel: cancel, progress: progress)
        }
        context.progress(0.88)
        context.warn(result.media.warnings)
        try await context.upload(ArtifactName("media", fileExtension: "mp4"), file: order.mediaPath)
        try await context.upload(ArtifactName("media"), json: result.media)
        try await context.upload(ArtifactName("audio", fileExtension: "wav"), file: order.audioPath)
        try await context.upload(ArtifactName("audio"), json: result.audio)
    }
}
