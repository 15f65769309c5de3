import Foundation
import Logging
import MediaWorker

extension EmbeddedEngines {
    /// Engines without speech and faces, which these tests do without.
    static func bare(sourceProgram: SourceProcess.Program = .own) -> EmbeddedEngines {
        EmbeddedEngines(
            vendorPath: "/nonexistent",
            modelPath: nil,
            scratchPath: FileManager.default.temporaryDirectory.path(percentEncoded: false),
            processCount: 2,
            sourceProgram: sourceProgram,
            logger: Logger(label: "engines") { _ in SwiftLogNoOpLogHandler() }
        )
    }
}
