import Foundation

/// Real speech over a real face, made by the project's own script once and kept beside the models.
enum SampleSource {
    /// Long enough for one short.
    private static let seconds = 45

    /// Suites run side by side, and only one of them is to make it.
    private static let whole = Result<String, any Error> {
        let path = "\(Programs.vendor)/sample/sample.mp4"
        if !FileManager.default.fileExists(atPath: path) {
            try Programs.run("\(Programs.root)/scripts/make-sample", [path])
        }
        return path
    }

    /// Writes the first part of the sample into `folder` and returns its path.
    static func make(in folder: String) throws -> String {
        let whole = try whole.get()
        let part = "\(folder)/sample.mp4"
        try Programs.run(
            "/usr/bin/ffmpeg",
            ["-nostdin", "-v", "error", "-y", "-t", "\(seconds)", "-i", whole, "-c", "copy", part]
        )
        return part
    }
}
