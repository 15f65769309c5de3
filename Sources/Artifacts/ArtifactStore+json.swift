import Contracts
import Foundation
import Signatures
import Threads

extension ArtifactStore {
    /// Writes a JSON artifact in the form that people can read.
    @discardableResult
    package func write(
        json value: some Encodable & Sendable,
        to location: ArtifactLocation
    ) async throws -> StoredContent {
        try await write([UInt8](WireJSON.encodePretty(value)), to: location)
    }

    /// Reads a JSON artifact; with `sha256` its bytes must be the recorded ones.
    package func readJSON<Value: Decodable & Sendable>(
        _ type: Value.Type,
        from location: ArtifactLocation,
        sha256: String? = nil,
        bytesMax: Int? = nil
    ) async throws -> Value {
        let bytes = try await data(location, bytesMax: bytesMax ?? Self.jsonBytesMax)
        if let sha256, SHA256Digest.hex(bytes) != sha256 { throw Self.changed(location) }
        do {
            return try WireJSON.decode(type, from: Data(bytes))
        } catch let error as DecodingError {
            throw ArtifactError(.malformed, "'\(location)' is not what it should be: \(Self.reason(error))")
        }
    }

    /// Throws unless the file at `location` has exactly the recorded bytes.
    ///
    /// They may be many: two files are hashed at once in the whole process, beside the cooperative pool, and piece by
    /// piece, so that it ends soon after its task is cancelled.
    package func verify(_ location: ArtifactLocation, sha256: String, sizeBytes: Int64) async throws {
        guard let size = try await size(location) else { throw Self.missing(location) }
        guard size == sizeBytes else { throw Self.changed(location) }
        let digest = Locked(SHA256Digest())
        for try await chunk in try await read(location, range: nil) {
            try Task.checkCancellation()
            try await HashingThreads.shared.run { digest.withLock { $0.update(chunk) } }
        }
        guard digest.withLock({ $0.finishHex() }) == sha256 else { throw Self.changed(location) }
    }

    private static func changed(_ location: ArtifactLocation) -> ArtifactError {
        ArtifactError(.digestMismatch, "'\(location)' does not have the recorded content any more")
    }

    private static func reason(_ error: DecodingError) -> String {
        let context =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                context
            @unknown default: DecodingError.Context(codingPath: [], debugDescription: "unknown reason")
            }
        let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
        return "\(context.debugDescription) (at /\(path.joined(separator: "/")))"
    }
}

private enum HashingThreads {
    static let shared = ThreadPool(name: "hashing", threadCount: 2)
}
