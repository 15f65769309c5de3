import Contracts
import Foundation
import Subprocesses

/// Has a file of a style decoded by the worker's program, whose end no codec takes along with this one.
struct StyleFileProgram: Sendable {
    private static let lineBytesMax = 64 << 10
    private static let secondsMax = 120
    private static let limits = ProcessLimits(
        memoryBytes: 1 << 30,
        cpuSeconds: 120,
        fileBytesMax: 1 << 20
    )

    let path: String

    /// What is wrong with the file; nil: nothing.
    func fault(_ kind: StyleAsset.Kind, file: String) throws -> String? {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "reelgate-check-\(UUID().uuidString)").path(percentEncoded: false)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let process = try LineProcess(
            ProcessLaunch(
                executable: path,
                arguments: [StyleFileVerdict.argument, kind.rawValue, file],
                environment: ["PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no"],
                folder: folder,
                logPath: "\(folder)/check.log",
                lineBytesMax: Self.lineBytesMax,
                limits: Self.limits
            )
        )
        defer { _ = process.end() }
        do {
            guard let line = try process.nextLine(before: .now + .seconds(Self.secondsMax)) else {
                return "it takes longer than \(Self.secondsMax) s to read"
            }
            return try WireJSON.decode(StyleFileVerdict.self, from: Data(line)).fault
        } catch is LineFailure {
            return "the program that reads it ended"
        }
    }
}
