package import Signatures

/// Where and how an S3 store keeps its files.
package struct S3Configuration: Sendable {
    /// How objects are encrypted where they lie.
    package enum Encryption: Sendable, Hashable {
        /// As the bucket's own setting says.
        case bucket
        case aes256
        /// By a key of AWS KMS; without a name by the bucket's own.
        case kms(keyId: String?)
    }

    package var place: S3Place
    package var region: String
    package var credentials: AWSCredentials
    package var encryption = Encryption.bucket

    /// Whether objects are sent with `x-amz-checksum-sha256`, which the store checks and keeps.
    package var hasChecksums = true

    /// How long the links of clients work; nil where there are none.
    package var linkSeconds: Int?

    /// The endpoint as clients reach it, where that is not the gateway's own.
    package var linkPlace: S3Place?
    package var limits = S3Limits()

    package init(place: S3Place, region: String, credentials: AWSCredentials) {
        self.place = place
        self.region = region
        self.credentials = credentials
    }
}

/// Sizes, numbers and times of an S3 store.
package struct S3Limits: Sendable, Hashable {
    /// Content up to this size is put in one request.
    package var singleBytesMax: Int64 = 16 << 20

    /// The smallest part of larger content; S3 asks for 5 MiB.
    package var partBytesMin: Int64 = 16 << 20

    /// Parts of one file that are sent at once.
    package var partsAtOnceMax = 4

    /// The first and all further pieces of a file that is read, which are in memory as a whole.
    package var firstPieceBytes: Int64 = 1 << 20
    package var pieceBytes: Int64 = 4 << 20

    package var attemptsMax = 5
    package var firstPauseMilliseconds = 200
    package var pauseMillisecondsMax = 5_000

    package var connectMilliseconds = 5_000

    /// For a question and a piece of a file.
    package var answerMilliseconds = 60_000

    /// For the end of an upload in parts, which the store may take minutes to put together.
    package var completionMilliseconds = 600_000

    /// Slower than 1 KiB/s for this long is too slow.
    package var stalledSeconds = 30

    package init() {}
}
