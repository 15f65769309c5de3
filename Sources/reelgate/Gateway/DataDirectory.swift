import Foundation

/// The folder that a gateway keeps everything in.
enum DataDirectory {
    /// Makes the folder when there is none, and returns its absolute path.
    static func prepare(_ settings: Settings) throws -> String {
        let path = URL(fileURLWithPath: try settings.required(.dataDirectory)).standardizedFileURL.path
        do {
            // Others may pass through, not look: the private Postgres runs as another user where we are root.
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o711]
            )
        } catch {
            throw Settings.Invalid(description: "the data folder '\(path)' cannot be made: \(error)")
        }
        return path
    }
}
