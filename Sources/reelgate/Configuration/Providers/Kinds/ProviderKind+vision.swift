import OutboundHTTP
import Providers
import Signatures

/// Services that find faces.
extension ProviderKind {
    static let visionService = ProviderKind(
        VisionServiceProvider.standardName,
        does: .frame,
        [
            ProviderMember("url", .address, "where the service is", isNeeded: true),
            ProviderMember(
                "signing_key",
                .key,
                "whsec_ or whsk_: signs requests, in place of an identity token of Google"
            ),
            ProviderMember(
                "service_account",
                .secret(lengthMin: 1, mayHaveBlanks: true),
                "key file of the account that identity tokens are for",
                standard: "the machine's own account, by its metadata server"
            ),
            ProviderMember(
                "audience",
                .address,
                "for whom an identity token is",
                standard: "scheme and host of 'url'"
            ),
            ProviderMember("callback_key", .key, "whsec_ or whpk_: checks callbacks", isNeeded: true),
            ProviderMember(
                "callback_key_before",
                .key,
                "the key that 'callback_key' replaces, while both are in use"
            ),
            ProviderMember(
                "callback_key_id",
                .word,
                "tells the service which key to sign with",
                standard: "k1"
            ),
            ProviderMember(
                "sample_fps",
                .number(1...VisionServiceSettings.sampleFpsMax),
                "pictures to look at in a second of a clip",
                standard: "5"
            ),
            ProviderMember("version", .word, "of what the service runs", standard: "1"),
            ProviderParts.privateNetwork,
        ]
    ) { values, parts in
        let access = try access(values)
        var settings = VisionServiceSettings(
            baseURL: try values.neededText("url"),
            access: access,
            callbackKeys: try ["callback_key", "callback_key_before"].compactMap { member in
                try values.secret(member).map { try key(values, member, StandardWebhooksVerifier.key($0)) }
            },
            audience: values.text("audience"),
            sampleFps: values.number("sample_fps") ?? 5
        )
        settings.callbackKeyId = values.text("callback_key_id") ?? settings.callbackKeyId
        settings.version = values.text("version") ?? settings.version
        let client = try parts.client(for: values, at: "url")
        let isLent = if case .identity(.metadataServer) = access { true } else { false }
        return .provider(
            VisionServiceProvider(
                name: values.provider,
                settings: settings,
                client: client,
                identityClient: isLent ? parts.metadataClient : parts.client,
                meter: parts.meter
            )
        )
    }

    static let rekognition = ProviderKind(
        RekognitionProvider.standardName,
        does: .frame,
        ProviderParts.awsMembers + [
            ProviderMember("topic", .word, "ARN of the topic of SNS that it tells the end to"),
            ProviderMember("topic_role", .word, "ARN of the role by which it may publish to 'topic'"),
            ProviderMember("endpoint", .address, "in place of AWS, a service that speaks like it"),
            ProviderParts.privateNetwork,
        ],
        reachesGateway: false
    ) { values, parts in
        var settings = RekognitionSettings(
            credentials: try parts.credentials(values),
            region: try parts.region(values)
        )
        switch (values.text("topic"), values.text("topic_role")) {
        case (let topic?, let role?): settings.notifications = .init(topic: topic, role: role)
        case (_?, nil): throw values.fault("topic_role", "is missing: it goes with 'topic'")
        case (nil, _?): throw values.fault("topic", "is missing: it goes with 'topic_role'")
        case (nil, nil): break
        }
        settings.endpoint = values.text("endpoint")
        return .provider(
            RekognitionProvider(
                name: values.provider,
                settings: settings,
                client: try parts.client(for: values, at: "endpoint"),
                linkClient: parts.privateClient,
                meter: parts.meter,
                certificates: parts.certificates
            )
        )
    }

    private static func access(_ values: ProviderValues) throws -> VisionServiceSettings.Access {
        switch (values.secret("signing_key"), values.secret("service_account")) {
        case (let secret?, nil):
            return .signature(try key(values, "signing_key", WebhookSigningKey(parsing: secret.reveal())))
        case (nil, let file?):
            do throws(GoogleKeyError) {
                let account = try GoogleServiceAccount(keyFile: Array(file.reveal().utf8))
                return .identity(.serviceAccount(account))
            } catch {
                throw values.fault("service_account", "cannot be used: \(error.description)")
            }
        case (nil, nil): return .identity(.metadataServer())
        case (_?, _?): throw values.fault("service_account", "cannot be set together with 'signing_key'")
        }
    }

    private static func key<Key>(
        _ values: ProviderValues,
        _ member: String,
        _ read: @autoclosure () throws(SignatureError) -> Key
    ) throws -> Key {
        do throws(SignatureError) {
            return try read()
        } catch {
            throw values.fault(member, "cannot be used: \(error.description)")
        }
    }
}
