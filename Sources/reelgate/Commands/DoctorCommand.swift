import ArgumentParser
import Artifacts
import Foundation
import Postgres

/// `reelgate doctor`: finds what is missing on this machine and says what mends it.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Finds what is missing and says how to mend it."
    )

    func run() async throws {
        let settings = try Settings()
        var isHealthy = true
        func tell(_ isFine: Bool, _ name: String, remedy: String, isNeeded: Bool = true) {
            print("\(isFine ? "ok      " : isNeeded ? "missing " : "warning ") \(name)")
            if !isFine { print("         \(remedy)") }
            if !isFine && isNeeded { isHealthy = false }
        }
        if settings[.workerURL] == nil {
            for part in Installation(settings: settings).parts {
                tell(part.isThere, part.name, remedy: part.remedy, isNeeded: part.isNeeded)
            }
        }
        if settings[.databaseURL] == nil {
            let isInstalled = PrivateCluster.isInstalled
            tell(
                isInstalled,
                "Postgres 15 or later",
                remedy: "run scripts/setup, or set REELGATE_DATABASE_URL"
            )
        }
        let data = try settings.required(.dataDirectory)
        tell(
            Self.isWritable(data),
            "data folder (\(data))",
            remedy: "make it writable, or set REELGATE_DATA_DIR"
        )
        if let configuration = try settings.s3Configuration() {
            let failure = await Self.failure(of: configuration)
            tell(
                failure == nil,
                "bucket (\(configuration.place.description))",
                remedy: "\(failure ?? ""); docs/artifacts.md lists the rights that the key needs"
            )
        }
        if !isHealthy { throw ExitCode(1) }
    }

    /// Why no object can be written to the bucket, read and removed; nil when it can.
    private static func failure(of configuration: S3Configuration) async -> String? {
        let spool = FileManager.default.temporaryDirectory.appending(path: "reelgate-doctor-\(UUID())")
        defer { try? FileManager.default.removeItem(at: spool) }
        do {
            try await S3ArtifactStore(configuration, spoolFolder: spool.path).probe()
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// Whether the folder, or the nearest one above it that exists, can be written to.
    private static func isWritable(_ path: String) -> Bool {
        let files = FileManager.default
        var folder = URL(fileURLWithPath: path).standardizedFileURL.path
        while !files.fileExists(atPath: folder) && folder != "/" {
            folder = (folder as NSString).deletingLastPathComponent
        }
        return files.isWritableFile(atPath: folder)
    }
}
