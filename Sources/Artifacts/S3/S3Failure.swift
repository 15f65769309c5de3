import OutboundHTTP

/// Why the store did not do as asked, for one attempt.
///
/// What the store says of itself is taken in small, plain words only, since it goes into logs.
struct S3Failure: Error, Hashable {
    /// Nil when no answer came.
    let status: Int?

    /// The store's own word, such as `SlowDown`.
    let word: String?
    let detail: String
    let isRetryable: Bool

    private static let wordBytesMax = 64

    /// Words that stand for a passing state, with whatever status.
    private static let passing: Set<String> = [
        "InternalError", "OperationAborted", "RequestTimeout", "ServiceUnavailable", "SlowDown",
        "ThrottlingException", "TooManyRequests", "XMinioServerNotInitialized",
    ]

    init(status: Int?, word: String? = nil, detail: String, isRetryable: Bool) {
        self.status = status
        self.word = word
        self.detail = detail
        self.isRetryable = isRetryable
    }

    /// An answer that refuses.
    init(refusal response: HTTPResponse) {
        let word = Self.word(in: response.body)
        status = response.status
        self.word = word
        let isPassing = word.map(Self.passing.contains) ?? false
        isRetryable = isPassing || [408, 429, 500, 502, 503, 504].contains(response.status)
        let region = response.header("x-amz-bucket-region")
        detail = Self.detail(status: response.status, word: word, region: region)
    }

    init(_ error: TransferError) {
        status = nil
        word = nil
        detail = "the object store did not answer: \(error.description)"
        isRetryable = error.isRetryable
    }

    /// An answer that is not what was asked for; the next one may be.
    static func odd(_ detail: String, status: Int? = nil) -> S3Failure {
        S3Failure(status: status, detail: "the object store \(detail)", isRetryable: true)
    }

    static let unreadableList = odd("sent a list that cannot be read")

    /// Whether it says that there is no such object, which is more than that there is no such bucket.
    var isMissing: Bool { status == 404 && word != "NoSuchBucket" }

    var artifactError: ArtifactError { ArtifactError(.ioFailed, detail) }

    private static func detail(status: Int, word: String?, region: String?) -> String {
        let said = "the object store answered \(status)\(word.map { " \($0)" } ?? "")"
        switch word {
        case "RequestTimeTooSkewed": return "\(said): set this machine's clock"
        case "SignatureDoesNotMatch", "InvalidAccessKeyId": return "\(said): check its keys"
        default: break
        }
        guard let region, region.utf8.count <= wordBytesMax, region.utf8.allSatisfy(isPlain) else {
            return said
        }
        return (300..<500).contains(status) ? "\(said): the bucket is in region '\(region)'" : said
    }

    /// The code of an error document.
    static func word(in body: [UInt8]) -> String? {
        guard let error = XMLReader.read(body), error.name == "Error", let word = error.text("Code"),
            (1...wordBytesMax).contains(word.utf8.count), word.utf8.allSatisfy(isPlain)
        else { return nil }
        return word
    }

    static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

extension S3Failure {
    /// A 200 whose body tells that it is none, as the end of an upload may have it.
    init(unfinished response: HTTPResponse) {
        let word = S3Failure.word(in: response.body)
        self.init(
            status: response.status,
            word: word,
            detail: "the object store did not put the parts together\(word.map { ": \($0)" } ?? "")",
            isRetryable: true
        )
    }
}
