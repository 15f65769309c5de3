import Contracts
import Foundation

/// Where the parts are that `serve` needs beside itself.
struct Installation: Sendable {
    let vendorDirectory: String
    let modelDirectory: String
    let workerPath: String

    init(settings: Settings) {
        let program = Self.programPath
        let programFolder = (program as NSString).deletingLastPathComponent
        let vendor = settings[.vendorDirectory] ?? Self.vendorDirectory(near: programFolder)
        vendorDirectory = vendor
        modelDirectory = settings[.modelDirectory] ?? "\(vendor)/models/whisper-base"
        workerPath = "\(programFolder)/reelgate-worker"
    }

    /// What the results of the worker depend on beside the task; one that runs elsewhere is taken to be set up alike.
    var models: [ProviderTask.Kind: String] {
        [
            .transcribe: (modelDirectory as NSString).lastPathComponent,
            // A number goes up where the same task gives something else.
            .framing: FileManager.default.fileExists(atPath: faceDetectorPath) ? "faces-2" : "centred-2",
            .audioPlan: "pauses-2",
            .render: "shorts-2",
        ]
    }

    private var faceDetectorPath: String { "\(vendorDirectory)/vision/libfacedetection.so" }

    /// One part, whether it is there, and what mends it.
    struct Part: Sendable {
        let name: String
        let isThere: Bool
        let isNeeded: Bool
        let remedy: String
    }

    /// Everything that a run on the embedded worker needs.
    var parts: [Part] {
        let files = FileManager.default
        let setup = "run scripts/setup"
        return [
            Part(
                name: "media worker (\(workerPath))",
                isThere: files.isExecutableFile(atPath: workerPath),
                isNeeded: true,
                remedy: "swift build -c release --product reelgate-worker"
            ),
            Part(
                name: "speech environment (\(vendorDirectory)/speech)",
                isThere: files.isExecutableFile(atPath: "\(vendorDirectory)/speech/bin/python"),
                isNeeded: true,
                remedy: setup
            ),
            Part(
                name: "speech model (\(modelDirectory))",
                isThere: files.fileExists(atPath: "\(modelDirectory)/model.bin"),
                isNeeded: true,
                remedy: setup
            ),
            Part(
                name: "face detector (\(vendorDirectory)/vision)",
                isThere: files.fileExists(atPath: faceDetectorPath),
                isNeeded: false,
                remedy: "\(setup); without it crops are centred"
            ),
        ]
    }

    private static var programPath: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
            ?? CommandLine.arguments[0]
    }

    /// `.vendor` in the working folder or in a folder above the program, as in a clone.
    private static func vendorDirectory(near folder: String) -> String {
        let files = FileManager.default
        var candidates = ["\(files.currentDirectoryPath)/.vendor"]
        var parent = folder
        while parent != "/" && !parent.isEmpty {
            candidates.append("\(parent)/.vendor")
            parent = (parent as NSString).deletingLastPathComponent
        }
        return candidates.first { files.fileExists(atPath: $0) } ?? candidates[0]
    }
}
