import Foundation
import LoopbackSupport
import Testing
import Threads

@testable import OutboundHTTP

@Suite final class FileTransferTests {
    let folder = FileManager.default.temporaryDirectory.appending(path: "transfer-\(UUID().uuidString)")
    let client = HTTPClient(policy: .allowPrivateNetworks)
    let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    @Test func `a download is written to its file and reports its progress`() async throws {
        let server = try fileServer()
        defer { server.stop() }
        let progress = Locked<[Int64]>([])

        let file = try await client.download(
            HTTPRequest(url: server.url),
            to: path("a"),
            bytesMax: 300_000,
            onBytes: { bytes, expected in
                #expect(expected == 300_000)
                progress.withLock { $0.append(bytes) }
            }
        )

        #expect(file.isFile)
        #expect(file.sizeBytes == 300_000)
        #expect(try read("a") == content)
        #expect(progress.withLock { $0.last } == 300_000)
        #expect(progress.withLock { $0 == $0.sorted() })
    }

    @Test func `a partial file is continued`() async throws {
        let server = try fileServer()
        defer { server.stop() }
        try Data(content.prefix(1000)).write(to: folder.appending(path: "a"))

        let file = try await client.download(
            HTTPRequest(url: server.url, headers: [("range", "bytes=1000-")]),
            to: path("a"),
            bytesMax: 300_000,
            isAppending: true
        )

        #expect(file.status == 206)
        #expect(file.sizeBytes == 300_000)
        #expect(try read("a") == content)
    }

    @Test func `a server without ranges sends the file anew`() async throws {
        let server = try LoopbackServer.answering { [content] _ in LoopbackAnswer(200, bytes: content) }
        defer { server.stop() }
        try Data(content.reversed()).write(to: folder.appending(path: "a"))

        let file = try await client.download(
            HTTPRequest(url: server.url, headers: [("range", "bytes=300000-")]),
            to: path("a"),
            bytesMax: 300_000,
            isAppending: true
        )

        #expect(file.status == 200)
        #expect(try read("a") == content)
    }

    @Test func `a part from another place is refused`() async throws {
        let server = try fileServer()
        defer { server.stop() }
        try Data(content.prefix(1000)).write(to: folder.appending(path: "a"))

        let error = await failure(
            HTTPRequest(url: server.url, headers: [("range", "bytes=5-")]),
            isAppending: true
        )

        #expect(error?.code == .protocolViolation)
        #expect(try read("a").count == 1000)
    }

    @Test func `an error answer leaves the file alone`() async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(404, body: "gone") }
        defer { server.stop() }
        try Data([1, 2, 3]).write(to: folder.appending(path: "a"))

        let file = try await client.download(HTTPRequest(url: server.url), to: path("a"), bytesMax: 10)

        #expect(!file.isFile)
        #expect(file.status == 404)
        #expect(file.errorBody == Array("gone".utf8))
        #expect(try read("a") == [1, 2, 3])
    }

    @Test func `an empty file is a file`() async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        defer { server.stop() }

        let file = try await client.download(HTTPRequest(url: server.url), to: path("a"), bytesMax: 10)

        #expect(file.sizeBytes == 0)
        #expect(try read("a").isEmpty)
    }

    @Test(arguments: [true, false])
    func `a file that is too large is refused`(isAnnounced: Bool) async throws {
        let server = try LoopbackServer { [content] connection in
            _ = connection.readRequest()
            let length = isAnnounced ? "content-length: 300000\r\n" : ""
            connection.write("HTTP/1.1 200 OK\r\n\(length)\r\n")
            connection.write(content)
        }
        defer { server.stop() }

        let error = await failure(HTTPRequest(url: server.url), bytesMax: 299_999)

        #expect(error?.code == .tooLarge)
    }

    @Test(arguments: [nil, 3_600_000])
    func `a download that stands still is ended`(total: Int?) async throws {
        let server = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nx")
            connection.waitForClose()
        }
        defer { server.stop() }
        let timeouts = TransferTimeouts(totalMilliseconds: total, stalledSecondsMax: 1)

        let error = await failure(HTTPRequest(url: server.url, timeouts: timeouts))

        #expect(error?.code == .timeoutStalled)
        #expect(try read("a") == Array("x".utf8))
    }

    @Test func `a link in place of the file is not followed`() async throws {
        let server = try fileServer()
        defer { server.stop() }
        try Data([1]).write(to: folder.appending(path: "target"))
        try FileManager.default.createSymbolicLink(atPath: path("a"), withDestinationPath: path("target"))

        let error = await failure(HTTPRequest(url: server.url))

        #expect(error?.code == .fileFailed)
        #expect(try read("target") == [1])
    }

    @Test func `a file is sent whole with its size`() async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(201) }
        defer { server.stop() }
        try Data(content).write(to: folder.appending(path: "a"))
        let request = HTTPRequest(method: "PUT", url: server.url, headers: [("content-type", "video/mp4")])

        let response = try await client.upload(file: path("a"), request: request)

        #expect(response.status == 201)
        let received = try #require(server.received.first)
        #expect(received.method == "PUT")
        #expect(received.header("content-length") == "300000")
        #expect(received.header("content-type") == "video/mp4")
        #expect(received.body == content)
    }

    @Test func `a range of a file is sent, and nothing of what lies around it`() async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(200) }
        defer { server.stop() }
        try Data(content).write(to: folder.appending(path: "a"))
        let request = HTTPRequest(method: "PUT", url: server.url)

        for range: Range<Int64> in [0..<1, 131_000..<300_000, 299_999..<300_000, 7..<7] {
            _ = try await client.upload(file: path("a"), range: range, request: request)
        }

        #expect(
            server.received.map(\.body) == [
                [content[0]], Array(content[131_000...]), [content[299_999]], [],
            ]
        )
        for range: Range<Int64> in [299_999..<300_001, -1..<3] {
            let error = await #expect(throws: TransferError.self) {
                try await client.upload(file: path("a"), range: range, request: request)
            }
            #expect(error?.code == .fileFailed)
        }
    }

    @Test func `a range is sent again from its beginning when a kept connection has ended`() async throws {
        let connections = Locked(0)
        let server = try LoopbackServer { connection in
            let number = connections.withLock { count in
                count += 1
                return count
            }
            while connection.readRequest() != nil {
                connection.respond(LoopbackAnswer(200))
                // The first connection looks kept, but is not.
                if number == 1 { return }
            }
        }
        defer { server.stop() }
        try Data(content).write(to: folder.appending(path: "a"))
        let request = HTTPRequest(method: "PUT", url: server.url)

        for _ in 0..<2 {
            let response = try await client.upload(file: path("a"), range: 1_000..<250_000, request: request)
            #expect(response.status == 200)
        }

        #expect(server.received.map(\.body) == Array(repeating: Array(content[1_000..<250_000]), count: 2))
    }

    @Test(arguments: ["missing", "."])
    func `what is not a file cannot be sent`(name: String) async throws {
        let error = await #expect(throws: TransferError.self) {
            try await client.upload(
                file: path(name),
                request: HTTPRequest(method: "PUT", url: "http://127.0.0.1:1")
            )
        }

        #expect(error?.code == .fileFailed)
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path }

    private func read(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: folder.appending(path: name)))
    }

    /// Serves `content`, and the rest of it for an open range.
    private func fileServer() throws -> LoopbackServer {
        try LoopbackServer.answering { [content] request in
            guard let range = request.header("range"), let start = Int(range.dropFirst(6).dropLast()) else {
                return LoopbackAnswer(200, bytes: content)
            }
            let field = "bytes \(start)-\(content.count - 1)/\(content.count)"
            return LoopbackAnswer(206, headers: [("content-range", field)], bytes: Array(content[start...]))
        }
    }

    private func failure(
        _ request: HTTPRequest,
        bytesMax: Int64 = 1_000_000,
        isAppending: Bool = false
    ) async -> TransferError? {
        await #expect(throws: TransferError.self) {
            try await client.download(request, to: path("a"), bytesMax: bytesMax, isAppending: isAppending)
        }
    }
}
