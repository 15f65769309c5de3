import Foundation

/// Where the built programs are.
enum Programs {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// The gateway, built beside this test's own program.
    static let reelgate: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = (own as NSString).deletingLastPathComponent + "/reelgate"
        return FileManager.default.isExecutableFile(atPath: beside) ? beside : "\(root)/.build/debug/reelgate"
    }()
}
