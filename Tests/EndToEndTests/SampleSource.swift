import Foundation

/// Real speech over a real face, made by the project's own script once and kept beside the models.
enum SampleSource {
    /// The first part of the sample, long enough for one short.
    static let path: String = {
        do {
            return try make(seconds: 45)
        } catch {
            preconditionFailure("the sample source could not be made: \(error)")
        }
    }()

    private static func make(seconds: Int) throws -> String {
        let whole = "\(Programs.vendor)/sample/sample.mp4"
        if !FileManager.default.fileExists(atPath: whole) {
            try Programs.run("\(Programs.root)/scripts/make-sample", [whole])
        }
        let part = NSTemporaryDirectory() + "reelgate-sample-\(getpid())-\(seconds).mp4"
        try Programs.run(
            "/usr/bin/ffmpeg",
            ["-nostdin", "-v", "error", "-y", "-t", "\(seconds)", "-i", whole, "-c", "copy", part]
        )
        return part
    }
}
