/// What is started, and how.
package struct ProcessLaunch: Sendable {
    package var executable: String
    package var arguments: [String]
    package var environment: [String: String]
    /// The folder that it starts in.
    package var folder: String
    /// The file that takes its standard error.
    package var logPath: String
    package var lineBytesMax: Int
    package var limits: ProcessLimits?

    package init(
        executable: String,
        arguments: [String],
        environment: [String: String],
        folder: String,
        logPath: String,
        lineBytesMax: Int,
        limits: ProcessLimits? = nil
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.folder = folder
        self.logPath = logPath
        self.lineBytesMax = lineBytesMax
        self.limits = limits
    }
}
