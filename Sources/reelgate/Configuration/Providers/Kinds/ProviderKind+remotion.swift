import Providers
import Signatures

/// Rendering by functions in the operator's own account.
extension ProviderKind {
    static let remotion = ProviderKind(
        RemotionProvider.standardName,
        does: .render,
        ProviderParts.awsMembers + [
            ProviderMember("function", .word, "name of the deployed function", isNeeded: true),
            ProviderMember("serve_url", .address, "the deployed site", isNeeded: true),
            ProviderMember(
                "bucket",
                .word,
                "the bucket that Remotion made, remotionlambda-...",
                isNeeded: true
            ),
            ProviderMember("version", .word, "Remotion version of the function", standard: "4.0.539"),
            ProviderMember(
                "compositions",
                .pairs(ratios),
                "a composition for each ratio",
                standard: "9:16=reelgate-9x16, 1:1=reelgate-1x1, 16:9=reelgate-16x9"
            ),
            ProviderMember(
                "functions",
                .number(1...RemotionSettings.concurrencyMax),
                "functions that work on one file side by side",
                standard: "12"
            ),
            ProviderMember(
                "frames_per_function",
                .number(4...10_000),
                "frames that each function renders, in place of 'functions'"
            ),
            ProviderMember(
                "delete_after",
                .choice(RemotionSettings.DeleteAfter.allCases.map(\.rawValue)),
                "when Remotion's own rules remove what was rendered",
                standard: "7-days"
            ),
            ProviderMember(
                "function_timeout_seconds",
                .number(15...900),
                "time limit of the function",
                standard: "300"
            ),
            ProviderMember(
                "status_source",
                .choice(RemotionSettings.StatusSource.allCases.map(\.rawValue)),
                "progress-file, which is a read of S3, or function, which is an invocation",
                standard: "progress-file"
            ),
            ProviderMember("license_key", .key, "of Remotion"),
            ProviderMember("endpoint", .address, "in place of AWS, a service that speaks like it"),
            ProviderParts.privateNetwork,
        ]
    ) { values, parts in
        if values["functions"] != nil, values["frames_per_function"] != nil {
            throw values.fault("frames_per_function", "cannot be set together with 'functions'")
        }
        var settings = RemotionSettings(
            credentials: try parts.credentials(values),
            region: try parts.region(values),
            functionName: try values.neededText("function"),
            serveURL: try values.neededText("serve_url"),
            bucket: try values.neededText("bucket")
        )
        settings.version = values.text("version") ?? settings.version
        settings.compositions = byRatio(values.pairs("compositions")) ?? settings.compositions
        settings.concurrency = values.number("functions") ?? settings.concurrency
        settings.framesPerFunction = values.number("frames_per_function")
        settings.deleteAfter = values.word("delete_after") ?? settings.deleteAfter
        settings.functionTimeoutSeconds =
            values.number("function_timeout_seconds") ?? settings.functionTimeoutSeconds
        settings.statusSource = values.word("status_source") ?? settings.statusSource
        settings.licenseKey = values.secret("license_key")
        settings.endpoint = values.text("endpoint")
        return .provider(
            RemotionProvider(
                name: values.provider,
                settings: settings,
                client: try parts.client(for: values, at: "endpoint"),
                meter: parts.meter
            )
        )
    }
}
