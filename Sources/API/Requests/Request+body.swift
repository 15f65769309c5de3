import Artifacts
import Contracts
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    /// The length that the sender announced, nil for chunked bodies.
    var announcedBytes: Int64? {
        get throws(Problem) {
            guard let text = headers[.contentLength] else { return nil }
            guard let length = Int64(text), length >= 0 else {
                throw Problem(.invalidRequest, detail: "The Content-Length header is not a number.")
            }
            return length
        }
    }

    /// The whole body, refused when it is larger than `bytesMax`.
    func boundedBody(bytesMax: Int, _ context: APIContext) async throws -> Data {
        let tooLarge = Problem(.bodyTooLarge, detail: "The body is larger than \(bytesMax) bytes.")
        if let announced = try announcedBytes, announced > Int64(bytesMax) { throw tooLarge }
        var data = Data()
        try await forEachChunk(context) { chunk in
            guard data.count + chunk.readableBytes <= bytesMax else { throw tooLarge }
            data.append(contentsOf: chunk.readableBytesView)
        }
        return data
    }

    /// Hands over the body piece by piece, and throws when it ends before its announced length.
    func forEachChunk(
        _ context: APIContext,
        _ take: (ByteBuffer) async throws -> Void
    ) async throws {
        let announced = try announcedBytes
        let start = ContinuousClock.now
        var received: Int64 = 0
        if headers[.expect]?.lowercased() == "100-continue" { try await context.askForBody() }
        var iterator = body.makeAsyncIterator()
        while true {
            let chunk: ByteBuffer?
            do {
                chunk = try await iterator.next()
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                throw Self.cutOff
            }
            guard let chunk else { break }
            received += Int64(chunk.readableBytes)
            // Each piece comes within the connection's idle time, so looking at every piece is often enough.
            guard !BodyPace.isTooSlow(received: received, after: ContinuousClock.now - start) else {
                throw Self.tooSlow
            }
            try await take(chunk)
        }
        // A connection that closes looks to the reader like the end of the body.
        if let announced, received != announced { throw Self.cutOff }
        try Task.checkCancellation()
    }

    /// Writes the body into the artifact store piece by piece, and returns how many bytes there were.
    @discardableResult
    func stream(
        to writer: any ArtifactWriter,
        bytesMax: Int64,
        tooLarge: Problem,
        _ context: APIContext
    ) async throws -> Int64 {
        var received: Int64 = 0
        try await forEachChunk(context) { chunk in
            received += Int64(chunk.readableBytes)
            guard received <= bytesMax else { throw tooLarge }
            try await writer.append(Array(chunk.readableBytesView))
        }
        return received
    }

    private static let commasMax = 50_000

    private static let cutOff = Problem(
        .malformedBody,
        detail: "The body ended before it was complete.",
        retryable: true
    )

    private static let tooSlow = Problem(
        .malformedBody,
        detail: "The body came too slowly; it must come with \(BodyPace.bytesPerSecondMin) bytes/s at least.",
        retryable: true
    )

    /// The body as JSON, with its bytes for the fingerprint of an idempotent request.
    ///
    /// `empty` is what no body at all stands for, where a request may do without.
    func jsonBody(
        bytesMax: Int,
        empty: JSONValue? = nil,
        _ context: APIContext
    ) async throws -> (value: JSONValue, bytes: Data) {
        let isJSON = headers[.contentType].map(Self.isJSON) ?? true
        // Where nothing has to be sent, some clients name a type of it.
        guard isJSON || empty != nil else { throw Self.notJSON }
        let bytes = try await boundedBody(bytesMax: bytesMax, context)
        if bytes.isEmpty, let empty { return (empty, bytes) }
        guard isJSON else { throw Self.notJSON }
        guard !bytes.isEmpty else {
            throw Problem(.malformedBody, detail: "The body is empty; a JSON object is expected.")
        }
        // Reading costs far more for each value than for each byte, and no honest request has so many.
        guard bytes.count(where: { $0 == UInt8(ascii: ",") }) <= Self.commasMax else {
            throw Problem(.invalidRequest, detail: "The body has more values than any request needs.")
        }
        do {
            return (try JSONValue(parsing: bytes), bytes)
        } catch let error as JSONValue.Repeated {
            var findings = Findings()
            for pointer in error.pointers { findings.add(pointer, "is there more than once; say it once") }
            throw findings.problem ?? Self.notValid
        } catch {
            throw Self.notValid
        }
    }

    private static let notValid = Problem(.malformedBody, detail: "The body is not valid JSON.")

    private static let notJSON = Problem(
        .unsupportedMediaType,
        detail: "The body must be application/json."
    )

    private static func isJSON(_ type: String) -> Bool {
        if type == "application/json" { return true }
        let essence = type.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        return essence == "application/json" || essence.hasSuffix("+json")
    }
}
