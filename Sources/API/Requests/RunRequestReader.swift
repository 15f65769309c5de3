import Contracts
import OutboundHTTP
import Pipeline

/// Reads the body of `POST /v1/runs` and notes everything wrong with it that needs no database to see.
struct RunRequestReader {
    let providers: ProviderNames
    let addressPolicy: AddressPolicy

    static let metadataPairsMax = 50
    static let metadataKeyLengthMax = 100
    static let metadataValueLengthMax = 500

    func read(_ value: JSONValue, findings: inout Findings) -> RunRequest? {
        guard var body = ObjectReader(value, at: "", findings: &findings) else { return nil }
        let source = readSource(&body, findings: &findings)
        let workflow = body.string("workflow", findings: &findings)
        if let workflow, Workflow.named(workflow) == nil {
            findings.add(body.pointer(to: "workflow"), "no workflow has this name", slug: .unknownWorkflow)
        }
        let style = readStyle(&body, findings: &findings)
        let shorts = readShorts(&body, findings: &findings)
        let review = readReview(&body, findings: &findings)
        let language = readLanguage(&body, findings: &findings)
        let choice = readProviders(&body, findings: &findings)
        let reuse = body.boolean("reuse", findings: &findings)
        let metadata = readMetadata(&body, findings: &findings)
        let externalId = body.string("external_id", findings: &findings)
        let transcript = readTranscript(&body, language: language, findings: &findings)
        let moments = readMoments(&body, shorts: shorts, findings: &findings)
        body.finish(findings: &findings)
        return RunRequest(
            source: source,
            workflow: workflow,
            style: style,
            shorts: shorts,
            review: review,
            language: language,
            providers: choice,
            reuse: reuse,
            metadata: metadata,
            externalId: externalId,
            transcript: transcript,
            moments: moments
        )
    }

    private func readSource(_ body: inout ObjectReader, findings: inout Findings) -> RunRequest.Source {
        guard body.value("source") != nil else {
            findings.add("/source", "is required: {\"url\": ...} or {\"asset_id\": ...}")
            return RunRequest.Source()
        }
        guard var source = body.object("source", findings: &findings) else { return RunRequest.Source() }
        let members = [source.value("url"), source.value("asset_id")].compactMap(\.self)
        if members.count != 1 { findings.add("/source", "must have exactly one of url and asset_id") }
        let url = source.string("url", lengthMax: AddressPolicy.urlBytesMax, findings: &findings)
        if let url {
            addressPolicy.check(
                url,
                at: "/source/url",
                blocked: .sourceAddressBlocked,
                findings: &findings
            )
        }
        let assetId = source.string("asset_id", findings: &findings)
        if let assetId, !ResourceID.isValid(assetId, .asset) {
            findings.add("/source/asset_id", "is not the id of an asset")
        }
        source.finish(findings: &findings)
        return RunRequest.Source(url: url, assetId: assetId)
    }

    func readStyle(_ body: inout ObjectReader, findings: inout Findings) -> RunRequest.Style? {
        guard var style = body.object("style", findings: &findings) else { return nil }
        let package = style.string("package", lengthMax: 100, findings: &findings)
        if style.value("package") == nil { findings.add("/style/package", "is required") }
        let version = readVersion(&style, findings: &findings)
        style.finish(findings: &findings)
        return package.map { RunRequest.Style(package: $0, version: version) }
    }

    private func readVersion(
        _ style: inout ObjectReader,
        findings: inout Findings
    ) -> StyleReference? {
        guard case .string? = style.value("version") else {
            return style.integer("version", in: 1...1_000_000, findings: &findings).map { .number($0) }
        }
        let label = style.string("version", findings: &findings)
        guard let label, label.utf8.count > StyleReference.labelBytesMax else {
            return label.map { .label($0) }
        }
        findings.add(
            style.pointer(to: "version"),
            "is longer than \(StyleReference.labelBytesMax) bytes"
        )
        return nil
    }

    private func readReview(_ body: inout ObjectReader, findings: inout Findings) -> ReviewGate? {
        guard let text = body.string("review", findings: &findings) else { return nil }
        guard let gate = ReviewGate(rawValue: text) else {
            let known = ReviewGate.allCases.map(\.rawValue).joined(separator: ", ")
            findings.add("/review", "must be one of \(known)")
            return nil
        }
        return gate
    }

    /// The shape of a BCP 47 tag: `de`, `pt-BR`, `zh-Hans-CN`.
    private func readLanguage(_ body: inout ObjectReader, findings: inout Findings) -> String? {
        guard let text = body.string("language", lengthMax: LanguageTag.lengthMax, findings: &findings) else {
            return nil
        }
        guard LanguageTag.isValid(text) else {
            findings.add("/language", "is not a language tag such as \"en\" or \"pt-BR\"")
            return nil
        }
        return LanguageTag.canonical(text)
    }

    private func readProviders(_ body: inout ObjectReader, findings: inout Findings) -> ProviderChoice? {
        guard var choice = body.object("providers", findings: &findings) else { return nil }
        func name(for need: ProviderNames.Need) -> String? {
            guard let name = choice.string(need.rawValue, findings: &findings) else { return nil }
            let pointer = choice.pointer(to: need.rawValue)
            return isKnown(name, for: need, at: pointer, findings: &findings) ? name : nil
        }
        let result = ProviderChoice(
            transcription: readPreference(&choice, findings: &findings),
            transcriptionPick: readPick(&choice, findings: &findings),
            vision: name(for: .vision),
            render: name(for: .render),
            editorial: name(for: .editorial)
        )
        choice.finish(findings: &findings)
        return result
    }

    private func readMetadata(_ body: inout ObjectReader, findings: inout Findings) -> [String: String]? {
        guard var pairs = body.object("metadata", findings: &findings) else { return nil }
        guard pairs.names.count <= Self.metadataPairsMax else {
            findings.add("/metadata", "has more than \(Self.metadataPairsMax) pairs")
            return nil
        }
        var metadata: [String: String] = [:]
        for name in pairs.names {
            let pointer = pairs.pointer(to: name)
            if name.isEmpty || name.unicodeScalars.count > Self.metadataKeyLengthMax
                || name.unicodeScalars.contains("\0")
            {
                findings.add(pointer, "a key must have 1 to \(Self.metadataKeyLengthMax) characters")
            }
            guard let value = pairs.value(name) else {
                findings.add(pointer, "expected a string, found null")
                continue
            }
            // An empty value says something too: that a label is set.
            if value == .string("") {
                metadata[name] = ""
            } else {
                metadata[name] = ObjectReader.string(
                    value,
                    at: pointer,
                    lengthMax: Self.metadataValueLengthMax,
                    findings: &findings
                )
            }
        }
        return metadata
    }
}
