import Foundation
import OutboundHTTP
import Threads

/// Fetches parts of the audio, and writes the form of one request into a file, a mebibyte at a time.
struct AudioReader: Sendable {
    static let readBytes: Int64 = 1 << 20
    let url: String
    let call: ProviderCall
    let pool: ThreadPool

    /// The bytes of a range, all of them.
    ///
    /// A store may send its readers on to another place, once.
    func read(_ range: Range<Int64>) async throws(CallFailure) -> [UInt8] {
        var response = try await exchange(url, range)
        if [302, 303, 307, 308].contains(response.status), let next = response.header("location") {
            response = try await exchange(next, range)
        }
        // What ignores the range sends the whole, which is longer than what is kept.
        guard response.status == 206, response.body.count == Int(range.upperBound - range.lowerBound) else {
            throw CallFailure.audioAway("its link answered with status \(response.status)")
        }
        return response.body
    }

    /// Writes `head`, the bytes of the audio, and `tail` into a new file.
    func write(
        _ range: Range<Int64>,
        head: [UInt8],
        tail: [UInt8],
        to file: URL
    ) async throws(CallFailure) {
        try await append(head, to: file, isNew: true)
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(start + Self.readBytes, range.upperBound)
            try await append(try await read(start..<end), to: file, isNew: false)
            start = end
        }
        try await append(tail, to: file, isNew: false)
    }

    private func exchange(_ url: String, _ range: Range<Int64>) async throws(CallFailure) -> HTTPResponse {
        do throws(CallFailure) {
            return try await call.exchange(
                OpenAIAudioRequests.audio(url, bytes: range),
                answerBytesMax: Int(Self.readBytes)
            )
        } catch {
            throw CallFailure.audioAway("it cannot be fetched")
        }
    }

    private func append(_ bytes: [UInt8], to file: URL, isNew: Bool) async throws(CallFailure) {
        do {
            try await pool.run {
                if isNew { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
                let handle = try FileHandle(forWritingTo: file)
                defer { try? handle.close() }
                try handle.seekToEnd()
                try handle.write(contentsOf: bytes)
            }
        } catch {
            throw CallFailure.audioAway("the piece cannot be written")
        }
    }
}
