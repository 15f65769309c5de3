extension ProviderKind {
    /// Every adapter that can be set up.
    ///
    /// A new one is added here, in a file beside this one, and in `contracts/providers-file.schema.json`.
    static let all: [ProviderKind] =
        [assemblyAI, deepgram, speechmatics, revAI, awsTranscribe, openAIAudio]
        + [visionService, rekognition]
        + [remotion, shotstack, creatomate, renderHook]
        + [anthropic, openAI]
        + [worker]

    static func named(_ name: String) -> ProviderKind? { all.first { $0.name == name } }
}

extension ProviderMember {
    static func key(_ help: String, isNeeded: Bool = true, variable: String? = nil) -> ProviderMember {
        ProviderMember("key", .key, help, isNeeded: isNeeded, variable: variable)
    }

    static func url(_ standard: String, _ help: String = "where its API is") -> ProviderMember {
        ProviderMember("url", .address, help, standard: standard)
    }

    static let speakers = ProviderMember(
        "speakers",
        .flag,
        "whether speakers are told apart",
        standard: "true"
    )
}
