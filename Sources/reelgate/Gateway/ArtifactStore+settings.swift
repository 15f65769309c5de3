import Artifacts
import Signatures

extension Settings {
    /// The store that the settings name; `dataDirectory` has its files, or those on their way to it.
    func artifactStore(dataDirectory: String) throws -> any ArtifactStore {
        guard let configuration = try s3Configuration() else {
            return try LocalArtifactStore(root: self[.artifactsDirectory] ?? "\(dataDirectory)/artifacts")
        }
        return try S3ArtifactStore(configuration, spoolFolder: "\(dataDirectory)/spool")
    }

    /// How the bucket is reached that artifacts are kept in; nil when they are kept in a folder.
    func s3Configuration() throws -> S3Configuration? {
        let text = try required(.artifacts)
        guard text != "local" else { return nil }
        guard text.hasPrefix("s3://") else {
            throw Invalid(
                description: "\(Setting.artifacts.name) is '\(text)'; it must be local or s3://bucket/prefix"
            )
        }
        guard self[.artifactsDirectory] == nil else {
            throw Invalid(
                description: "\(Setting.artifactsDirectory.name) is for artifacts in a folder, "
                    + "but \(Setting.artifacts.name) names a bucket"
            )
        }
        let region = try s3RegionName()
        var configuration = S3Configuration(
            place: try s3Place(text, endpoint: self[.s3Endpoint], region: region),
            region: region,
            credentials: try awsCredentials()
        )
        configuration.encryption = try s3EncryptionKind()
        configuration.hasChecksums = try flag(.s3Checksums)
        let seconds = try integer(.s3Presign, in: 0...AWSSigner.linkSecondsMax)
        configuration.linkSeconds = seconds == 0 ? nil : seconds
        if let endpoint = self[.s3PublicEndpoint] {
            configuration.linkPlace = try s3Place(text, endpoint: endpoint, region: region)
        }
        return configuration
    }

    /// The key for Amazon's services, by our names or by those that all of its tools read; never half and half.
    func awsCredentials() throws -> AWSCredentials {
        guard let id = self[.s3AccessKeyId], let secret = self[.s3SecretAccessKey] else {
            throw Invalid(
                description: "set \(Setting.s3AccessKeyId.name) and \(Setting.s3SecretAccessKey.name), "
                    + "or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            )
        }
        let isShared = source(of: .s3AccessKeyId) == .sharedEnvironment
        guard isShared == (source(of: .s3SecretAccessKey) == .sharedEnvironment) else {
            throw Invalid(
                description: "the name of the key and the key come from different pairs: set both by "
                    + "\(Setting.s3AccessKeyId.name) and \(Setting.s3SecretAccessKey.name)"
            )
        }
        // A token belongs to one key: that of the shared names says nothing of a key of ours.
        let hasToken = isShared == (source(of: .s3SessionToken) == .sharedEnvironment)
        return AWSCredentials(
            accessKeyId: id,
            secretAccessKey: secret,
            sessionToken: hasToken ? self[.s3SessionToken] : nil
        )
    }

    private func s3RegionName() throws -> String {
        guard let region = self[.s3Region] else {
            if self[.s3Endpoint] != nil { return "us-east-1" }
            throw Invalid(description: "set \(Setting.s3Region.name) or AWS_REGION to the bucket's region")
        }
        guard region.utf8.count <= 40, region.utf8.allSatisfy(Self.isRegionByte) else {
            throw Invalid(description: "\(Setting.s3Region.name) is '\(region)', which is no region's name")
        }
        return region
    }

    private func s3Place(_ text: String, endpoint: String?, region: String) throws -> S3Place {
        let parts = text.dropFirst("s3://".count).split(separator: "/", maxSplits: 1)
        let bucket = parts.first.map(String.init) ?? ""
        var prefix = parts.count > 1 ? String(parts[1]) : ""
        if prefix.hasSuffix("/") { prefix.removeLast() }
        guard bucket.isEmpty || !prefix.isEmpty else {
            throw Invalid(
                description:
                    "\(Setting.artifacts.name) '\(text)' has no prefix: what lies below it and has no "
                    + "record is removed, so it must be the gateway's alone; s3://\(bucket)/reelgate will do"
            )
        }
        let isPathStyle =
            switch try required(.s3PathStyle).lowercased() {
            // A dot in the bucket's name would leave the host's name without a certificate.
            case "auto": endpoint != nil || bucket.contains(".")
            default: try flag(.s3PathStyle)
            }
        let place = S3Place(
            bucket: bucket,
            prefix: prefix,
            endpoint: endpoint ?? S3Place.amazonEndpoint(region: region),
            isPathStyle: isPathStyle
        )
        guard let place else {
            throw Invalid(
                description: "\(Setting.artifacts.name) '\(text)' with the endpoint "
                    + "'\(endpoint ?? "of Amazon")' names no bucket that can be reached"
            )
        }
        return place
    }

    private func s3EncryptionKind() throws -> S3Configuration.Encryption {
        let text = try required(.s3Encryption)
        switch text {
        case "bucket": return .bucket
        case "AES256": return .aes256
        case "aws:kms": return .kms(keyId: nil)
        default: break
        }
        let keyId = text.dropFirst("aws:kms:".count)
        guard text.hasPrefix("aws:kms:"), !keyId.isEmpty, keyId.utf8.count <= 2_048,
            keyId.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw Invalid(
                description: "\(Setting.s3Encryption.name) is '\(text)'; it must be bucket, AES256, aws:kms "
                    + "or aws:kms:<key id>"
            )
        }
        return .kms(keyId: String(keyId))
    }

    private static func isRegionByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
    }
}
