import Providers
import Signatures

/// Services that transcribe from a bucket, or what they are sent.
extension ProviderKind {
    static let awsTranscribe = ProviderKind(
        AWSTranscribeProvider.standardName,
        does: .transcribe,
        ProviderParts.awsMembers + [
            ProviderMember(
                "output_bucket",
                .word,
                "where transcripts are put",
                standard: "kept by AWS for 90 days"
            ),
            ProviderMember("output_prefix", .word, "begins their keys", standard: "reelgate/transcripts/"),
            ProviderMember(
                "data_access_role",
                .word,
                "ARN of a role that reads the media, so that jobs may wait in line"
            ),
            .speakers,
            ProviderMember("speakers_max", .number(2...30), "speakers that are told apart", standard: "10"),
            ProviderMember(
                "callback_secret",
                .secret(lengthMin: 16, mayHaveBlanks: true),
                "value of the header authorization of an EventBridge API destination"
            ),
            ProviderMember("topics", .list(nil), "ARNs of the topics of SNS that may send"),
            ProviderMember("endpoint", .address, "in place of AWS, a service that speaks like it"),
            ProviderParts.privateNetwork,
        ],
        reachesGateway: false
    ) { values, parts in
        var settings = AWSTranscribeSettings(
            credentials: try parts.credentials(values),
            region: try parts.region(values)
        )
        settings.outputBucket = values.text("output_bucket")
        settings.outputPrefix = values.text("output_prefix") ?? settings.outputPrefix
        settings.dataAccessRole = values.text("data_access_role")
        let isLabelled = values.flag("speakers") ?? true
        settings.speakersMax = isLabelled ? values.number("speakers_max") ?? settings.speakersMax : nil
        settings.callbackSecret = values.secret("callback_secret")
        settings.topics = Set(values.list("topics") ?? [])
        settings.endpoint = values.text("endpoint")
        return .provider(
            AWSTranscribeProvider(
                name: values.provider,
                settings: settings,
                client: try parts.client(for: values, at: "endpoint"),
                linkClient: parts.privateClient,
                meter: parts.meter,
                certificates: parts.certificates
            )
        )
    }

    static let openAIAudio = ProviderKind(
        OpenAIAudioProvider.standardName,
        does: .transcribe,
        [
            .key("the account's API key; any text for a server that asks for none"),
            .url("https://api.openai.com/v1", "where its API is, with its version"),
            ProviderMember("model", .word, "name of the model", standard: "whisper-1"),
            ProviderMember(
                "word_times",
                .choice(OpenAIAudioSettings.WordTimes.allCases.map(\.rawValue)),
                "required, or estimated for models that give no times of words",
                standard: "required"
            ),
            ProviderMember(
                "chunk_bytes_max",
                .number(OpenAIAudioSettings.chunkBytesMin...(OpenAIAudioSettings.fileBytesMax - (64 << 10))),
                "longest piece of audio, in bytes",
                standard: "24000000"
            ),
            ProviderMember(
                "overlap_ms",
                .number(500...10_000),
                "what two pieces have in common, in milliseconds",
                standard: "4000"
            ),
            ProviderParts.privateNetwork,
        ],
        reachesGateway: false
    ) { values, parts in
        var settings = OpenAIAudioSettings(key: try values.neededSecret("key"))
        settings.baseURL = values.text("url") ?? settings.baseURL
        settings.model = values.text("model") ?? settings.model
        settings.wordTimes = values.word("word_times") ?? settings.wordTimes
        settings.chunkBytesMax = values.number("chunk_bytes_max") ?? settings.chunkBytesMax
        settings.overlapMs = values.number("overlap_ms") ?? settings.overlapMs
        return .provider(
            OpenAIAudioProvider(
                name: values.provider,
                settings: settings,
                client: try parts.client(for: values, at: "url"),
                linkClient: parts.privateClient,
                meter: parts.meter,
                pool: parts.pool
            )
        )
    }
}
