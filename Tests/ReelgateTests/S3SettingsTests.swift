import Artifacts
import Foundation
import Signatures
import Testing

@testable import reelgate

@Suite struct S3SettingsTests {
    private static let keys = ["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "hush"]

    private func configuration(_ values: [String: String]) throws -> S3Configuration? {
        try Settings(environment: Self.keys.merging(values) { $1 }).s3Configuration()
    }

    @Test func `artifacts are kept in a folder unless a bucket is named`() throws {
        #expect(try Settings(environment: [:]).s3Configuration() == nil)
        #expect(try Settings(environment: ["REELGATE_ARTIFACTS": "local"]).s3Configuration() == nil)
    }

    @Test func `a bucket of Amazon's is reached in its region`() throws {
        let configuration = try #require(
            try configuration(["REELGATE_ARTIFACTS": "s3://films/a/b/", "AWS_REGION": "eu-west-1"])
        )

        let place = S3Place(
            bucket: "films",
            prefix: "a/b",
            endpoint: "https://s3.eu-west-1.amazonaws.com",
            isPathStyle: false
        )
        #expect(configuration.place == place)
        #expect(configuration.region == "eu-west-1")
        #expect(configuration.credentials.accessKeyId == "AKID")
        #expect(configuration.encryption == .bucket)
        #expect(configuration.hasChecksums)
        #expect(configuration.linkSeconds == nil && configuration.linkPlace == nil)
    }

    private static func place(_ endpoint: String, isPathStyle: Bool) -> S3Place? {
        S3Place(bucket: "films", prefix: "clips", endpoint: endpoint, isPathStyle: isPathStyle)
    }

    @Test func `a store of one's own is reached at its endpoint`() throws {
        let configuration = try #require(
            try configuration([
                "REELGATE_ARTIFACTS": "s3://films/clips", "REELGATE_S3_ENDPOINT": "http://10.0.0.1:9000",
                "REELGATE_S3_PUBLIC_ENDPOINT": "https://media.example.com", "REELGATE_S3_PRESIGN": "900",
                "REELGATE_S3_CHECKSUMS": "false", "REELGATE_S3_ENCRYPTION": "aws:kms:key/1",
                "REELGATE_S3_REGION": "here", "AWS_REGION": "there",
            ])
        )

        #expect(
            configuration.place
                == Self.place("http://10.0.0.1:9000", isPathStyle: true)
        )
        #expect(
            configuration.linkPlace
                == Self.place("https://media.example.com", isPathStyle: true)
        )
        #expect(configuration.region == "here")
        #expect(configuration.linkSeconds == 900)
        #expect(!configuration.hasChecksums)
        #expect(configuration.encryption == .kms(keyId: "key/1"))
    }

    @Test(arguments: [("true", true), ("false", false)])
    func `the style of addresses can be chosen`(text: String, isPathStyle: Bool) throws {
        let configuration = try #require(
            try configuration([
                "REELGATE_ARTIFACTS": "s3://films/clips", "REELGATE_S3_ENDPOINT": "http://s3.test",
                "REELGATE_S3_PATH_STYLE": text,
            ])
        )

        #expect(
            configuration.place
                == Self.place("http://s3.test", isPathStyle: isPathStyle)
        )
    }

    @Test(arguments: [
        ["REELGATE_ARTIFACTS": "films"], ["REELGATE_ARTIFACTS": "s3://"], ["REELGATE_ARTIFACTS": "s3://A/b"],
        // What lies below the prefix is the gateway's to remove.
        ["REELGATE_ARTIFACTS": "s3://films"], ["REELGATE_ARTIFACTS": "s3://films/"],
        ["REELGATE_ARTIFACTS": "s3://films//b"], ["REELGATE_ARTIFACTS": "s3://films/../b"],
        ["AWS_REGION": ""],
        ["AWS_REGION": "a/b"], ["REELGATE_S3_ENDPOINT": "s3.test"],
        ["REELGATE_S3_ENDPOINT": "http://u@s3.test"],
        ["REELGATE_S3_ENCRYPTION": "aes"], ["REELGATE_S3_ENCRYPTION": "aws:kms:"],
        ["REELGATE_S3_ENCRYPTION": "aws:kms:a b"], ["REELGATE_S3_PRESIGN": "604801"],
        ["REELGATE_S3_PRESIGN": "-1"], ["REELGATE_S3_CHECKSUMS": "some"], ["AWS_SECRET_ACCESS_KEY": ""],
        ["AWS_ACCESS_KEY_ID": ""], ["REELGATE_ARTIFACTS_DIR": "/tmp/x"],
        ["REELGATE_S3_ACCESS_KEY_ID": "OTHER"],
        ["REELGATE_S3_PATH_STYLE": "no idea"],
    ])
    func `what cannot be meant is refused, and no secret is told`(values: [String: String]) throws {
        let usual = ["REELGATE_ARTIFACTS": "s3://films/clips", "AWS_REGION": "eu-west-1"]

        let error = #expect(throws: Settings.Invalid.self) {
            try configuration(usual.merging(values) { $1 })
        }

        #expect(error?.description.contains("hush") == false)
    }

    @Test func `a token of the shared names does not go with a key of ours`() throws {
        let shared = Self.keys.merging(["AWS_SESSION_TOKEN": "lent"]) { $1 }
        let ours = shared.merging(
            ["REELGATE_S3_ACCESS_KEY_ID": "OURS", "REELGATE_S3_SECRET_ACCESS_KEY": "quiet"]
        ) { $1 }

        let lent = try Settings(environment: shared).awsCredentials()
        let own = try Settings(environment: ours).awsCredentials()
        let ownLent = try Settings(environment: ours.merging(["REELGATE_S3_SESSION_TOKEN": "own"]) { $1 })

        #expect(lent == AWSCredentials(accessKeyId: "AKID", secretAccessKey: "hush", sessionToken: "lent"))
        #expect(own == AWSCredentials(accessKeyId: "OURS", secretAccessKey: "quiet", sessionToken: nil))
        #expect(
            try ownLent.awsCredentials()
                == AWSCredentials(accessKeyId: "OURS", secretAccessKey: "quiet", sessionToken: "own")
        )
    }

    @Test func `secrets are never printed`() {
        let secrets = Setting.s3.filter(\.isSecret).map(\.name)

        #expect(secrets == ["REELGATE_S3_SECRET_ACCESS_KEY", "REELGATE_S3_SESSION_TOKEN"])
    }
}
