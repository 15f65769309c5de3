import Foundation
import LoopbackSupport
import Threads

/// OpenAI's audio models as their contract says: a file of at most 25 MB, and the words at once.
package final class FakeOpenAIAudio: FakeJobService {
    package static let key = "oa-key"
    package static let fileBytesMax = 25_000_000

    /// One request, taken apart.
    package struct Order: Sendable {
        package let fields: [String: String]
        /// The samples of the file, without its header.
        package let samples: [UInt8]
    }

    package let service: FakeService
    /// One for each request that was heard; all have ended with their answer.
    package let jobs: FakeJobs
    private let heard: Locked<[Order]>

    package var orders: [Order] { heard.withLock(\.self) }

    /// `hear` makes the answer for an order.
    package init(isDown: Bool = false, hear: @escaping @Sendable (Order) -> String) throws {
        let heard = Locked<[Order]>([])
        let jobs = FakeJobs()
        self.heard = heard
        self.jobs = jobs
        service = try FakeService(
            isDown: isDown,
            trusts: { $0.header("authorization") == "Bearer \(Self.key)" },
            refusal:
                #"{"error": {"message": "Incorrect API key", "type": "invalid_request_error", "code": "invalid_api_key"}}"#,
            route: { request in
                guard request.body.count <= Self.fileBytesMax else {
                    return LoopbackAnswer(
                        413,
                        body: #"{"error": {"message": "Maximum content size limit exceeded"}}"#
                    )
                }
                guard let order = Self.order(request) else {
                    return LoopbackAnswer(400, body: #"{"error": {"message": "Invalid file format"}}"#)
                }
                heard.withLock { $0.append(order) }
                _ = jobs.add(order: []) { "audio-\($0)" }
                return LoopbackAnswer(200, body: hear(order))
            }
        )
    }

    package func callback(_ id: String, saying state: FakeJobState) -> FakeCallback? { nil }

    /// Reads the form; nil where it is none, or its file is no wav file of the length that it says.
    private static func order(_ request: LoopbackRequest) -> Order? {
        let type = request.header("content-type") ?? ""
        guard type.hasPrefix("multipart/form-data; boundary=") else { return nil }
        let delimiter = Array("--\(type.dropFirst("multipart/form-data; boundary=".count))".utf8)
        var fields: [String: String] = [:]
        var rest = request.body[...]
        guard rest.starts(with: delimiter) else { return nil }
        while rest.starts(with: delimiter) {
            rest = rest.dropFirst(delimiter.count)
            if rest.starts(with: Array("--".utf8)) { return nil }
            let headEnd = Array("\r\n\r\n".utf8)
            guard let head = rest.prefix(1_000).firstRange(of: headEnd) else { return nil }
            let text = String(decoding: rest[..<head.lowerBound], as: UTF8.self)
            guard let name = text.firstMatch(of: /; name="([^"]*)"/)?.output.1 else { return nil }
            rest = rest[head.upperBound...]
            if text.contains("filename=") {
                let tail = Array("\r\n".utf8) + delimiter + Array("--\r\n".utf8)
                guard rest.suffix(tail.count).elementsEqual(tail) else { return nil }
                return samples(Array(rest.dropLast(tail.count))).map { Order(fields: fields, samples: $0) }
            }
            guard let end = rest.prefix(4_000).firstRange(of: Array("\r\n".utf8) + delimiter) else {
                return nil
            }
            let value = String(decoding: rest[..<end.lowerBound], as: UTF8.self)
            fields[String(name)] = [fields[String(name)], value].compactMap(\.self).joined(separator: "+")
            rest = rest[(end.lowerBound + 2)...]
        }
        return nil
    }

    private static func samples(_ file: [UInt8]) -> [UInt8]? {
        guard file.count >= 44, file.starts(with: Array("RIFF".utf8)),
            file[36..<40].elementsEqual(Array("data".utf8))
        else { return nil }
        let length = (0..<4).reduce(0) { $0 | Int(file[40 + $1]) << (8 * $1) }
        return length == file.count - 44 ? Array(file[44...]) : nil
    }
}
