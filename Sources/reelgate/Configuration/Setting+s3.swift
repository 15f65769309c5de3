/// Where artifacts lie, and how a bucket is reached.
extension Setting {
    static let artifacts = Setting(
        "ARTIFACTS",
        "local",
        "local: a folder; s3://bucket/prefix: a bucket of S3 or of a store that speaks like it"
    )
    static let s3Endpoint = Setting(
        "S3_ENDPOINT",
        nil,
        "http(s)://host:port of a store other than Amazon's"
    )
    static let s3PublicEndpoint = Setting(
        "S3_PUBLIC_ENDPOINT",
        nil,
        "that store as clients reach it, for presigned links; default: the same"
    )
    static let s3Region = Setting(
        "S3_REGION",
        nil,
        "region of the bucket; default with an endpoint: us-east-1",
        sharedName: "AWS_REGION"
    )
    static let s3AccessKeyId = Setting(
        "S3_ACCESS_KEY_ID",
        nil,
        "name of the key that requests are signed with",
        sharedName: "AWS_ACCESS_KEY_ID"
    )
    static let s3SecretAccessKey = Setting(
        "S3_SECRET_ACCESS_KEY",
        nil,
        "the key itself",
        isSecret: true,
        sharedName: "AWS_SECRET_ACCESS_KEY"
    )
    static let s3SessionToken = Setting(
        "S3_SESSION_TOKEN",
        nil,
        "goes with a key that is lent for some time",
        isSecret: true,
        sharedName: "AWS_SESSION_TOKEN"
    )
    static let s3PathStyle = Setting(
        "S3_PATH_STYLE",
        "auto",
        "whether the bucket is in the path (true) or in the host's name (false); auto: true with an endpoint"
    )
    static let s3Encryption = Setting(
        "S3_ENCRYPTION",
        "bucket",
        "bucket: as the bucket has it; AES256, aws:kms or aws:kms:<key id>: asked for with each object"
    )
    static let s3Checksums = Setting(
        "S3_CHECKSUMS",
        "true",
        "whether objects are stored with a SHA-256 that the store checks; false for stores that refuse that"
    )
    static let s3Presign = Setting(
        "S3_PRESIGN",
        "0",
        "seconds that links past the gateway into the bucket work, up to 604800; 0: all bytes come from the gateway"
    )

    static let s3: [Setting] = [
        artifacts, s3Endpoint, s3PublicEndpoint, s3Region, s3AccessKeyId, s3SecretAccessKey, s3SessionToken,
        s3PathStyle, s3Encryption, s3Checksums, s3Presign,
    ]
}
