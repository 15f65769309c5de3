import OutboundHTTP
import Providers
import Signatures
import Threads

/// What adapters are made of beside their settings; one of each for all of them.
struct ProviderParts: Sendable {
    let settings: Settings
    /// Goes where the gateway's address policy lets it.
    let client: HTTPClient
    /// Goes into private networks too: to the gateway's own links, and to servers that the operator says lie there.
    let privateClient: HTTPClient
    /// Goes to the metadata server of the machine, and nowhere else.
    let metadataClient: HTTPClient
    let meter: ProviderMeter
    let certificates: SNSCertificates
    /// Writes files that are sent.
    let pool: ThreadPool
    /// Takes what providers say that is not for tenants.
    let log: @Sendable (String) -> Void

    /// The client for a provider whose server is named by `member`, if at all.
    func client(for values: ProviderValues, at member: String) throws -> HTTPClient {
        let chosen = values.flag(Self.privateNetwork.name) == true ? privateClient : client
        if let url = values.text(member) {
            do throws(AddressPolicyError) {
                try chosen.policy.check(url: url)
            } catch {
                throw values.fault(
                    member,
                    "cannot be used: \(error.description); a server of yours in a private network or without "
                        + "https needs '\(Self.privateNetwork.name)': true"
                )
            }
        }
        return chosen
    }

    /// A member of all kinds whose server may be another one.
    static let privateNetwork = ProviderMember(
        "private_network",
        .flag,
        "whether its server may be in a private network, or without https",
        standard: "as \(Setting.allowPrivateNetworks.name)"
    )
}

extension ProviderParts {
    /// The key pair for Amazon's services: the provider's own, or that of the artifacts' bucket.
    func credentials(_ values: ProviderValues) throws -> AWSCredentials {
        let (id, key) = (values.text("access_key_id"), values.secret("secret_access_key"))
        switch (id, key) {
        case (let id?, let key?):
            return AWSCredentials(
                accessKeyId: id,
                secretAccessKey: key.reveal(),
                sessionToken: values.secret("session_token")?.reveal()
            )
        case (_?, nil): throw values.fault("secret_access_key", "is missing: it goes with 'access_key_id'")
        case (nil, _?): throw values.fault("access_key_id", "is missing: it goes with 'secret_access_key'")
        case (nil, nil):
            do {
                return try settings.awsCredentials()
            } catch let error as Settings.Invalid {
                throw values.fault("access_key_id", "is missing; set it, or \(error.description)")
            }
        }
    }

    func region(_ values: ProviderValues) throws -> String {
        guard let region = values.text("region") ?? settings[.s3Region] else {
            throw values.fault("region", "is missing; set it, or AWS_REGION")
        }
        guard region.wholeMatch(of: /[a-z0-9\-]{1,40}/) != nil else {
            throw values.fault("region", "is '\(region.prefix(60))', which is no region's name")
        }
        return region
    }

    /// Members of all kinds that are used with an account at Amazon.
    static let awsMembers = [
        ProviderMember(
            "access_key_id",
            .word,
            "name of the key that requests are signed with",
            standard: "that of the artifacts' bucket"
        ),
        ProviderMember("secret_access_key", .key, "the key itself"),
        ProviderMember("session_token", .key, "goes with a key that is lent for some time"),
        ProviderMember("region", .word, "region of the account's services", standard: "the bucket's"),
    ]
}
