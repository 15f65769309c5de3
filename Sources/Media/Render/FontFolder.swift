import Foundation

/// One folder that holds the fonts of several, since the renderer of captions takes only one.
final class FontFolder {
    let path: String?
    private let isOwned: Bool

    /// Links the files of `folders` into a new folder if there are several.
    init(_ folders: [String]) throws(MediaError) {
        guard folders.count > 1 else {
            path = folders.first
            isOwned = false
            return
        }
        let files = FileManager.default
        let joined = files.temporaryDirectory.appendingPathComponent("reelgate-fonts-\(UUID().uuidString)")
            .path
        path = joined
        isOwned = true
        do {
            try files.createDirectory(atPath: joined, withIntermediateDirectories: true)
            for (number, folder) in folders.enumerated() {
                for name in try files.contentsOfDirectory(atPath: folder) {
                    try files.createSymbolicLink(
                        atPath: "\(joined)/\(number)-\(name)",
                        withDestinationPath: "\(folder)/\(name)"
                    )
                }
            }
        } catch {
            throw MediaError(.io, "the fonts cannot be gathered: \(error.localizedDescription)")
        }
    }

    deinit {
        if isOwned, let path { try? FileManager.default.removeItem(atPath: path) }
    }
}
