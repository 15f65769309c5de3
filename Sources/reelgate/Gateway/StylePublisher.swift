import Artifacts
import Contracts
import Foundation
import Signatures
import Store
import Styles

/// Publishes a style of a tenant with the files that it pins, or tells all that stands against it.
struct StylePublisher {
    static let documentBytesMax = 1 << 20
    static let filesMax = 16

    let store: Store
    let artifacts: any ArtifactStore
    let fonts: FontBook
    /// What is wrong with a file at a path, of the kind that the style takes it for.
    let fault: (_ kind: StyleAsset.Kind, _ path: String) throws -> String?

    /// The next version; the newest one where it is the same document.
    func publish(
        tenantId: String,
        package: String,
        document json: Data,
        files paths: [String]
    ) async throws -> StyleVersionView {
        guard json.count <= Self.documentBytesMax, paths.count <= Self.filesMax else {
            throw Self.refusal([
                .init(
                    pointer: "",
                    detail: "a style has \(Self.documentBytesMax) bytes and \(Self.filesMax) files at most"
                )
            ])
        }
        let document = try Self.decode(json)
        var given: [String: (path: String, bytes: Data)] = [:]
        for path in paths {
            let bytes = Data(try InputFile.read(path, what: "a file of the style (\(path))"))
            given[SHA256Digest.hex(bytes)] = (URL(filePath: path).path(percentEncoded: false), bytes)
        }
        var files: [StyleAsset: StylePublication.File] = [:]
        for (_, asset) in document.assets where files[asset] == nil {
            files[asset] = try await file(asset, given[asset.sha256])
        }
        let problems = StylePublication.problems(document, files: files, fonts: fonts)
        guard problems.isEmpty else { throw Self.refusal(problems) }
        for (_, asset) in document.assets {
            if let bytes = given[asset.sha256]?.bytes { try await keep(asset, bytes) }
        }
        return try await store.publishStyle(
            tenantId: tenantId,
            package: package,
            document: json,
            digest: SHA256Digest.hex(json),
            assets: document.assets.map(\.asset)
        )
    }

    /// One that was given, or one that is there from before.
    private func file(
        _ asset: StyleAsset,
        _ given: (path: String, bytes: Data)?
    ) async throws -> StylePublication.File? {
        if let given {
            return .init(sizeBytes: given.bytes.count, fault: try fault(asset.kind, given.path))
        }
        guard let known = try await store.styleAsset(sha256: asset.sha256) else { return nil }
        let isPicture = known.mediaType == StyleAsset.Kind.picture.mediaType
        return .init(
            sizeBytes: Int(known.sizeBytes),
            fault: isPicture == (asset.kind == .picture) ? nil : "the file is of another kind"
        )
    }

    private func keep(_ asset: StyleAsset, _ bytes: Data) async throws {
        let location = ArtifactLocation(styleAssetSha256: asset.sha256, fileExtension: asset.fileExtension)
        guard let location else {
            throw Problem(.internalError, detail: "The file has no place in the artifact store.")
        }
        if try await !artifacts.exists(location) {
            _ = try await artifacts.write([UInt8](bytes), to: location)
        }
        try await store.insertStyleAsset(
            sha256: asset.sha256,
            mediaType: asset.kind.mediaType,
            sizeBytes: Int64(bytes.count),
            location: location.path
        )
    }

    private static func decode(_ json: Data) throws -> StyleDocument {
        do {
            let document = try WireJSON.decode(StyleDocument.self, from: json)
            let known = try JSONSerialization.jsonObject(with: WireJSON.encode(document))
            let strangers = strangers(try JSONSerialization.jsonObject(with: json), known, at: "")
            guard strangers.isEmpty else { throw refusal(strangers) }
            return document
        } catch let error as DecodingError {
            throw refusal([.init(pointer: error.pointer, detail: "is missing or has a value of another kind")]
            )
        }
    }

    /// Members that no style has: a name with a slip in it would silently do nothing.
    private static func strangers(_ given: Any, _ known: Any, at pointer: String) -> [Problem.Detail] {
        guard let given = given as? [String: Any], let known = known as? [String: Any] else { return [] }
        return given.sorted { $0.key < $1.key }.flatMap { name, value -> [Problem.Detail] in
            if value is NSNull { return [] }
            let place = "\(pointer)/\(name)"
            guard let other = known[name] else {
                return [Problem.Detail(pointer: place, detail: "is no member of a style")]
            }
            return strangers(value, other, at: place)
        }
    }

    private static func refusal(_ problems: [Problem.Detail]) -> Problem {
        let shown = problems.prefix(20).map { "\($0.pointer) \($0.detail)" }
        return Problem(
            .invalidRequest,
            detail: "The style cannot be published: \(shown.joined(separator: "; ")).",
            errors: Array(problems.prefix(20))
        )
    }
}

extension StyleAsset.Kind {
    /// What such a file is served as.
    fileprivate var mediaType: String { self == .picture ? "image/png" : "application/octet-stream" }
}

extension DecodingError {
    /// Where in the document it failed.
    fileprivate var pointer: String {
        let path: [any CodingKey] =
            switch self {
            case .keyNotFound(let key, let context): context.codingPath + [key]
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
                context.codingPath
            @unknown default: []
            }
        return path.map { key in
            let name = key.stringValue.reduce(into: "") { name, character in
                name += character.isUppercase ? "_\(character.lowercased())" : String(character)
            }
            return "/\(name)"
        }
        .joined()
    }
}
