import API
import Contracts
import Editorial
import Providers

/// Reads what the file and the environment say about providers, and notes everything wrong with it.
struct ProviderReader {
    let settings: Settings
    let file: ProviderFile?
    private let secrets: SecretSources
    private(set) var faults: [String] = []

    init(settings: Settings, file: ProviderFile?) {
        self.settings = settings
        self.file = file
        secrets = SecretSources(environment: settings.environment, folder: file?.folder ?? "")
    }

    mutating func note(_ place: String, _ words: String) { faults.append("\(place) \(words)") }

    /// The providers of the file, and those that variables alone set up, by name.
    mutating func readEntries() -> [ProviderSettings.Entry] {
        var entries: [ProviderSettings.Entry] = []
        for (name, value) in (file?.providers ?? [:]).sorted(by: { $0.key < $1.key }) {
            guard let (kind, members) = readKind(name, value) else { continue }
            if let entry = readEntry(name, kind, members) { entries.append(entry) }
        }
        for kind in ProviderKind.all where kind.isSetByEnvironment && file?.providers[kind.name] == nil {
            let isSet = kind.members.contains {
                settings.named(ProviderKind.variable($0, of: kind.name)) != nil
            }
            guard isSet, let entry = readEntry(kind.name, kind, [:]) else { continue }
            entries.append(entry)
        }
        checkVariables(entries)
        return entries.sorted { $0.name < $1.name }
    }

    /// The kind of one provider of the file, and its other members.
    private mutating func readKind(
        _ name: String,
        _ value: JSONValue
    ) -> (kind: ProviderKind, members: [String: JSONValue])? {
        guard let file else { return nil }
        let place = file.place("providers", name)
        let kinds = ProviderKind.all.map(\.name).joined(separator: ", ")
        guard name.wholeMatch(of: /[a-z][a-z0-9\-]{0,59}/) != nil, name != EditorialRegistry.embedded else {
            note(
                place,
                "is no name of a provider: small letters, digits and hyphens, and not '\(EditorialRegistry.embedded)'"
            )
            return nil
        }
        guard case .object(var members) = value else {
            note(place, "must be an object, not \(value.kindName)")
            return nil
        }
        guard case .string(let kindName)? = members.removeValue(forKey: "kind") else {
            note(file.place("providers", name, "kind"), "must say what it is: one of \(kinds)")
            return nil
        }
        guard let kind = ProviderKind.named(kindName) else {
            note(
                file.place("providers", name, "kind"),
                "is '\(kindName.prefix(60))', which is no kind of provider; it must be one of \(kinds)"
            )
            return nil
        }
        let isOther = ProviderKind.named(name) != nil && name != kind.name
        let isWorker = kind.work == .media && name != kind.name
        guard !isOther, !isWorker else {
            note(
                place,
                isWorker
                    ? "must be called '\(kind.name)': there is one only"
                    : "is of the kind '\(kind.name)', but has the name of another kind: call it otherwise"
            )
            return nil
        }
        return (kind, members)
    }

    private mutating func readEntry(
        _ name: String,
        _ kind: ProviderKind,
        _ members: [String: JSONValue]
    ) -> ProviderSettings.Entry? {
        let faultCount = faults.count
        let inFile = file.flatMap { $0.providers[name] == nil ? nil : $0 }
        var values = ProviderValues(name) { member in
            let variable = kind.member(member).map { ProviderKind.variable($0, of: name) } ?? member
            return inFile.map { "\($0.place("providers", name, member)) (or \(variable))" } ?? variable
        }
        for other in members.keys.sorted() where kind.member(other) == nil {
            let known = kind.members.map(\.name).joined(separator: ", ")
            note(
                inFile?.place("providers", name, other) ?? other,
                "is no member of a provider of the kind '\(kind.name)'; it may have \(known)"
            )
        }
        for member in kind.members { read(member, members[member.name], into: &values, inFile) }
        for member in kind.members where member.isNeeded && values[member.name] == nil {
            // What is there and wrong is told of already.
            guard faults.count == faultCount else { break }
            faults.append(values.fault(member.name, "is missing: \(member.help)").description)
        }
        return faults.count == faultCount ? ProviderSettings.Entry(kind: kind, values: values) : nil
    }

    /// Takes a variable, or without one the member of the file.
    private mutating func read(
        _ member: ProviderMember,
        _ json: JSONValue?,
        into values: inout ProviderValues,
        _ inFile: ProviderFile?
    ) {
        let variable = ProviderKind.variable(member, of: values.provider)
        var place = variable
        do throws(ProviderFault) {
            if let text = settings.named(variable) {
                values.put(try member.form.read(text: text), as: member.name, at: place)
            } else if let json, let inFile {
                place = inFile.place("providers", values.provider, member.name)
                values.put(try member.form.read(json, secrets: secrets), as: member.name, at: place)
            }
        } catch {
            note(place, error.words)
        }
    }

    /// Notes variables that begin as a provider's and are none of its.
    private mutating func checkVariables(_ entries: [ProviderSettings.Entry]) {
        let kinds = ProviderKind.all.filter(\.isSetByEnvironment).map { (name: $0.name, kind: $0) }
        let providers = kinds + entries.map { (name: $0.name, kind: $0.kind) }
        var owners: [String: String] = [:]
        for (name, kind) in providers {
            for member in kind.members {
                let variable = ProviderKind.variable(member, of: name)
                let owner = owners.updateValue(name, forKey: variable) ?? name
                let isSetting = Setting.reserved.contains(variable)
                if owner != name || isSetting && ProviderKind.named(name) == nil {
                    let other = isSetting ? "a setting" : "provider '\(owner)'"
                    note(
                        "provider '\(name)'",
                        "shares the variable \(variable) with \(other): call it otherwise"
                    )
                }
            }
        }
        for variable in settings.environment.keys.sorted()
        where owners[variable] == nil && !Setting.reserved.contains(variable) {
            let candidates = providers.filter {
                variable.hasPrefix("REELGATE_\(ProviderKind.prefix(of: $0.name))_")
            }
            guard let (name, kind) = candidates.max(by: { $0.name.count < $1.name.count }) else { continue }
            let known = kind.members.map { ProviderKind.variable($0, of: name) }.joined(separator: ", ")
            note(variable, "is no setting of provider '\(name)'; there is \(known)")
        }
    }
}
