package import Foundation

/// How the worker process is started.
package struct WorkerLaunch: Sendable {
    package var executable: String
    package var arguments: [String]
    package var environment: [String: String]
    /// Where its log goes; nil for this process's standard error.
    package var log: FileHandle?
    package var stopGraceMs = 5_000
    package var readyCheckMs = 1_000

    /// The only variables of this process that the worker sees.
    package static let inheritedNames = ["PATH", "LANG", "HOME", "TMPDIR"]

    /// A worker on a free loopback port that keeps its files in `scratchFolder`, with a slot per core unless told.
    package init(
        executable: String,
        scratchFolder: String,
        secret: String,
        vendorFolder: String?,
        modelFolder: String?,
        slots: Int? = nil,
        inherited: [String: String] = ProcessInfo.processInfo.environment
    ) {
        self.executable = executable
        arguments = ["--port", "0", "--scratch", scratchFolder]
        if let slots { arguments += ["--slots", String(slots)] }
        environment = inherited.filter { Self.inheritedNames.contains($0.key) }
        environment["REELGATE_WORKER_SECRET"] = secret
        environment["REELGATE_VENDOR_DIR"] = vendorFolder
        environment["REELGATE_MODEL_DIR"] = modelFolder
    }
}
