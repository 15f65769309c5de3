import Foundation
import MediaWorker
import Testing

/// The built worker.
enum WorkerProgram {
    /// The worker's program in the form that reads sources; it lies beside this test's own program.
    static func sources() throws -> SourceProcess.Program {
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
        let folders = [(own as NSString).deletingLastPathComponent, "\(root)/.build/debug"]
        let program = folders.map { "\($0)/reelgate-worker" }.first {
            FileManager.default.isExecutableFile(atPath: $0)
        }
        return SourceProcess.Program(
            executable: try #require(program, "build it by: swift build --product reelgate-worker")
        )
    }
}
