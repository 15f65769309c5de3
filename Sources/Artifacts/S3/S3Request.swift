import OutboundHTTP
import Signatures

/// One request to the store with all that its sending needs.
struct S3Request: Sendable {
    enum Body: Sendable {
        case none
        case bytes([UInt8])
        case file(path: String, range: Range<Int64>)
    }

    var aws: AWSRequest
    var body = Body.none
    var timeouts: TransferTimeouts

    /// What is kept of an answer in memory; a longer one is a failure.
    var answerBytesMax = S3Requests.errorBytesMax
}

/// Builds the requests that a store makes; nothing here sends anything.
struct S3Requests: Sendable {
    static let errorBytesMax = 64 << 10
    static let listBytesMax = 8 << 20
    static let listCountMax = 1_000

    let configuration: S3Configuration

    private var place: S3Place { configuration.place }
    private var limits: S3Limits { configuration.limits }

    /// Puts a whole file, whose digest the store checks.
    func put(_ path: String, content: StoredContent, to location: String) -> S3Request {
        var headers = metadata(sha256: content.sha256)
        if configuration.hasChecksums, let digest = Hex.decode(content.sha256) {
            headers.append(("x-amz-checksum-sha256", Base64.encode(digest)))
        }
        let aws = place.request(
            "PUT",
            key: place.key(location),
            headers: headers,
            payload: .sha256(content.sha256)
        )
        return S3Request(aws: aws, body: .file(path: path, range: 0..<content.sizeBytes), timeouts: streaming)
    }

    /// Puts a few bytes; where `replaces` is false only if there is no such object.
    func put(_ bytes: [UInt8], to location: String, replaces: Bool = true) -> S3Request {
        var headers = metadata(sha256: SHA256Digest.hex(bytes))
        if configuration.hasChecksums {
            headers.append(("x-amz-checksum-sha256", Base64.encode(SHA256Digest.hash(bytes))))
        }
        if !replaces { headers.append(("if-none-match", "*")) }
        let aws = place.request("PUT", key: place.key(location), headers: headers, payload: .bytes(bytes))
        return S3Request(aws: aws, body: .bytes(bytes), timeouts: exchange)
    }

    func beginParts(of content: StoredContent, at location: String) -> S3Request {
        var headers = metadata(sha256: content.sha256)
        if configuration.hasChecksums { headers.append(("x-amz-checksum-algorithm", "SHA256")) }
        let aws = place.request("POST", key: place.key(location), query: [("uploads", "")], headers: headers)
        return S3Request(aws: aws, timeouts: exchange)
    }

    /// Sends the bytes of `range` as part `number`; `digest` is theirs.
    func part(
        _ number: Int,
        of upload: S3Upload,
        path: String,
        range: Range<Int64>,
        digest: [UInt8]
    ) -> S3Request {
        let checksum = ("x-amz-checksum-sha256", Base64.encode(digest))
        let aws = place.request(
            "PUT",
            key: place.key(upload.location),
            query: [("partNumber", "\(number)"), ("uploadId", upload.id)],
            headers: configuration.hasChecksums ? [checksum] : [],
            payload: .sha256(Hex.encode(digest))
        )
        return S3Request(aws: aws, body: .file(path: path, range: range), timeouts: streaming)
    }

    func complete(_ upload: S3Upload, parts: [S3Part]) -> S3Request {
        let body = Array(S3Part.document(parts).utf8)
        let aws = place.request(
            "POST",
            key: place.key(upload.location),
            query: [("uploadId", upload.id)],
            headers: [("content-type", "application/xml")],
            payload: .bytes(body)
        )
        // The store may keep the connection alive by a space now and then, which is slow but no standstill.
        let timeouts = TransferTimeouts(
            connectMilliseconds: limits.connectMilliseconds,
            totalMilliseconds: limits.completionMilliseconds,
            stalledSecondsMax: limits.completionMilliseconds / 1_000,
            speedBytesPerSecondMin: 1
        )
        return S3Request(aws: aws, body: .bytes(body), timeouts: timeouts)
    }

    func abort(_ upload: S3Upload) -> S3Request {
        let aws = place.request(
            "DELETE",
            key: place.key(upload.location),
            query: [("uploadId", upload.id)]
        )
        return S3Request(aws: aws, timeouts: exchange)
    }

    func head(_ location: String) -> S3Request {
        S3Request(aws: place.request("HEAD", key: place.key(location)), timeouts: exchange)
    }

    /// Asks for a piece of an object; with `tag` only of the version that has it.
    func get(_ location: String, range: Range<Int64>, tag: String? = nil) -> S3Request {
        var headers = [(name: "range", value: "bytes=\(range.lowerBound)-\(range.upperBound - 1)")]
        if let tag { headers.append(("if-match", tag)) }
        return S3Request(
            aws: place.request("GET", key: place.key(location), headers: headers),
            timeouts: exchange,
            answerBytesMax: max(Int(range.count), Self.errorBytesMax)
        )
    }

    /// Asks for a small object as a whole.
    func get(_ location: String) -> S3Request {
        S3Request(aws: place.request("GET", key: place.key(location)), timeouts: exchange)
    }

    func delete(_ location: String) -> S3Request {
        S3Request(aws: place.request("DELETE", key: place.key(location)), timeouts: exchange)
    }

    /// Lists up to `limit` keys that begin with `path`, behind the path `after`.
    func list(_ path: String = "", after: String?, limit: Int) -> S3Request {
        var query = [
            (name: "list-type", value: "2"), ("encoding-type", "url"),
            ("max-keys", "\(min(limit, Self.listCountMax))"),
        ]
        if let prefix = keyPrefix(path) { query.append(("prefix", prefix)) }
        if let after { query.append(("start-after", place.key(after))) }
        return S3Request(
            aws: place.request("GET", query: query),
            timeouts: exchange,
            answerBytesMax: Self.listBytesMax
        )
    }

    /// Lists uploads in parts that were neither ended nor dropped.
    func uploads(after mark: S3UploadPage.Mark?) -> S3Request {
        var query = [(name: "uploads", value: ""), ("encoding-type", "url"), ("max-uploads", "1000")]
        if let prefix = keyPrefix("") { query.append(("prefix", prefix)) }
        if let mark { query += [("key-marker", mark.key), ("upload-id-marker", mark.id)] }
        return S3Request(
            aws: place.request("GET", query: query),
            timeouts: exchange,
            answerBytesMax: Self.listBytesMax
        )
    }

    private func keyPrefix(_ path: String) -> String? {
        let prefix = place.key(path)
        return prefix.isEmpty ? nil : prefix
    }

    private func metadata(sha256: String) -> [(name: String, value: String)] {
        let type = (name: "content-type", value: "application/octet-stream")
        let digest = (name: "x-amz-meta-sha256", value: sha256)
        switch configuration.encryption {
        case .bucket: return [type, digest]
        case .aes256: return [type, digest, ("x-amz-server-side-encryption", "AES256")]
        case .kms(let keyId):
            let kms = (name: "x-amz-server-side-encryption", value: "aws:kms")
            guard let keyId else { return [type, digest, kms] }
            return [type, digest, kms, ("x-amz-server-side-encryption-aws-kms-key-id", keyId)]
        }
    }

    private var exchange: TransferTimeouts {
        TransferTimeouts(
            connectMilliseconds: limits.connectMilliseconds,
            totalMilliseconds: limits.answerMilliseconds,
            stalledSecondsMax: limits.stalledSeconds
        )
    }

    private var streaming: TransferTimeouts {
        TransferTimeouts(
            connectMilliseconds: limits.connectMilliseconds,
            totalMilliseconds: nil,
            stalledSecondsMax: limits.stalledSeconds
        )
    }
}
