import Foundation

/// Real speech over a real face, made by the project's own script once and kept beside the models.
enum SampleSource {
    /// Long enough for one short.
    private static let seconds = 45

    /// Writes the first part of the sample into `folder` and returns its path.
    static func make(in folder: String) throws -> String {
        let whole = "\(Programs.vendor)/sample/sample.mp4"
        if !FileManager.default.fileExists(atPath: whole) {
            try Programs.run("\(Programs.root)/scripts/make-sample", [whole])
        }
        let part = "\(folder)/sample.mp4"
        try Programs.run(
            "/usr/bin/ffmpeg",
            ["-nostdin", "-v", "error", "-y", "-t", "\(seconds)", "-i", whole, "-c", "copy", part]
        )
        return part
    }
}
