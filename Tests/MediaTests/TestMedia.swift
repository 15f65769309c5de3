import Foundation
import Testing

/// A folder of media made by the ffmpeg program for one test, removed afterwards.
final class TestMedia {
    struct Failure: Error {
        let output: String
    }

    let folder: String

    init() throws {
        folder =
            FileManager.default.temporaryDirectory.appendingPathComponent("media-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func path(_ name: String) -> String { "\(folder)/\(name)" }

    /// Runs ffmpeg with `arguments`, the last of which is the file's name; returns its path.
    @discardableResult
    func make(_ name: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["ffmpeg", "-nostdin", "-v", "error", "-y"] + arguments + [path(name)]
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let output = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(output: String(decoding: output, as: UTF8.self))
        }
        return path(name)
    }

    /// Red, then blue from 2 s on, with a tone that starts with the blue; 4 s, a key frame each second.
    func redThenBlue(_ name: String = "red-blue.mp4", extra: [String] = []) throws -> String {
        try make(
            name,
            [
                "-f", "lavfi", "-i", "color=red:s=320x180:r=30:d=2", "-f", "lavfi", "-i",
                "color=blue:s=320x180:r=30:d=2",
                "-f", "lavfi", "-i", "sine=440:r=48000:d=4", "-filter_complex",
                "[0][1]concat=n=2[v];[2]volume=enable='lt(t,2)':volume=0[a]", "-map", "[v]", "-map", "[a]",
            ] + Self.clean + extra
        )
    }

    /// Left half red, right half blue, with a tone; of the given length.
    func halves(_ name: String = "halves.mp4", seconds: Int = 3) throws -> String {
        try make(
            name,
            [
                "-f", "lavfi", "-i", "color=red:s=160x180:r=30:d=\(seconds)", "-f", "lavfi", "-i",
                "color=blue:s=160x180:r=30:d=\(seconds)", "-f", "lavfi", "-i",
                "sine=440:r=48000:d=\(seconds)",
                "-filter_complex", "[0][1]hstack[v]", "-map", "[v]", "-map", "2",
            ] + Self.clean
        )
    }

    /// A moving picture with a tone, encoded with `codec`.
    func pattern(
        _ name: String,
        seconds: Int = 2,
        size: String = "320x180",
        filter: String = "null",
        codec: [String] = TestMedia.clean
    ) throws -> String {
        try make(
            name,
            [
                "-f", "lavfi", "-i", "testsrc2=s=\(size):r=30:d=\(seconds)", "-f", "lavfi", "-i",
                "sine=440:r=48000:d=\(seconds)", "-vf", filter,
            ] + codec
        )
    }

    func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
        try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
        return path(name)
    }

    func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static let clean = [
        "-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "main", "-pix_fmt", "yuv420p", "-g", "30",
        "-c:a", "aac",
        "-ac", "2", "-ar", "48000",
    ]
}
