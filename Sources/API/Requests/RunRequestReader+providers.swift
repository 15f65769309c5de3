import Contracts

/// Reads which providers are to transcribe, and what is made of several.
extension RunRequestReader {
    func isKnown(
        _ name: String,
        for need: ProviderNames.Need,
        at pointer: String,
        findings: inout Findings
    ) -> Bool {
        if providers.known(for: need).contains(name) { return true }
        findings.add(pointer, providers.refusal(of: name, for: need), slug: .unknownProvider)
        return false
    }

    func readPreference(_ choice: inout ObjectReader, findings: inout Findings) -> ProviderPreference? {
        guard let value = choice.value("transcription") else { return nil }
        let pointer = choice.pointer(to: "transcription")
        var elements = [(pointer: pointer, value: value)]
        switch value {
        case .string: break
        case .array:
            guard
                let list = choice.array(
                    "transcription",
                    countMax: ProviderPreference.namesMax,
                    findings: &findings
                )
            else { return nil }
            elements = list
        default:
            findings.add(pointer, "expected a string or an array, found \(value.kindName)")
            return nil
        }
        if elements.isEmpty { findings.add(pointer, "must name a provider") }
        var names: [String] = []
        for (pointer, value) in elements {
            guard
                let name = ObjectReader.string(value, at: pointer, lengthMax: 255, findings: &findings),
                isKnown(name, for: .transcription, at: pointer, findings: &findings)
            else { continue }
            if names.contains(name) { findings.add(pointer, "is named twice") }
            names.append(name)
        }
        return names.isEmpty ? nil : ProviderPreference(names)
    }

    func readPick(_ choice: inout ObjectReader, findings: inout Findings) -> ProviderPick? {
        guard let text = choice.string("transcription_pick", findings: &findings) else { return nil }
        guard let pick = ProviderPick(rawValue: text) else {
            let known = ProviderPick.allCases.map(\.rawValue).joined(separator: ", ")
            findings.add(choice.pointer(to: "transcription_pick"), "must be one of \(known)")
            return nil
        }
        return pick
    }
}
