import API
import Contracts
import Editorial
import Foundation
import Providers

extension ProviderReader {
    /// What each route may lead to: the providers that do its work, and what comes with the gateway.
    private struct Ways {
        let transcribe: Set<String>
        let frame: Set<String>
        let render: Set<String>
        let plan: Set<String>

        init(_ entries: [ProviderSettings.Entry]) {
            func names(_ work: ProviderKind.Work, and own: String) -> Set<String> {
                Set(entries.filter { $0.kind.work == work }.map(\.name)).union([own])
            }
            transcribe = names(.transcribe, and: EmbeddedWorker.standardName)
            frame = names(.frame, and: EmbeddedWorker.standardName)
            render = names(.render, and: EmbeddedWorker.standardName)
            plan = names(.plan, and: EditorialRegistry.embedded)
        }
    }

    /// The routes of the file, with those of the environment over them; each leads to providers that are set up.
    mutating func readRoutes(_ entries: [ProviderSettings.Entry]) -> ProviderRoutes {
        // A provider that could not be read would be a second mistake here.
        guard faults.isEmpty else { return ProviderRoutes() }
        let known = ["transcribe", "languages", "frame", "render", "editorial"]
        for other in (file?.routes ?? [:]).keys.sorted() where !known.contains(other) {
            note(
                file?.place("routes", other) ?? other,
                "is no route; there are \(known.joined(separator: ", "))"
            )
        }
        let ways = Ways(entries)
        var routes = ProviderRoutes()
        routes.transcribe = readList("transcribe", .routeTranscribe, to: ways.transcribe)
        routes.languages = readLanguages(to: ways.transcribe)
        routes.frame = readName("frame", .routeFrame, to: ways.frame)
        routes.render = readName("render", .routeRender, to: ways.render)
        // The setting has a default, which says less than the file.
        let isDefault = settings.source(of: .editorial) == .standard
        routes.editorial = readName("editorial", isDefault ? nil : .editorial, to: ways.plan)
        return routes
    }

    private mutating func readName(_ name: String, _ setting: Setting?, to known: Set<String>) -> String? {
        if let setting, let text = settings[setting] {
            return check([text], at: setting.name, known).first
        }
        guard let file, let value = file.routes[name] else { return nil }
        guard case .string(let text) = value else {
            note(file.place("routes", name), "must be the name of a provider, not \(value.kindName)")
            return nil
        }
        return check([text], at: file.place("routes", name), known).first
    }

    private mutating func readList(_ name: String, _ setting: Setting, to known: Set<String>) -> [String] {
        if let text = settings[setting] {
            return check(Self.names(text, separator: ","), at: setting.name, known)
        }
        guard let file, let value = file.routes[name] else { return [] }
        return names(value, at: file.place("routes", name), known)
    }

    private mutating func readLanguages(to known: Set<String>) -> [String: [String]] {
        var languages: [String: [String]] = [:]
        if let text = settings[.routeLanguages] {
            for part in Self.names(text, separator: ",") {
                let halves = part.split(separator: "=", maxSplits: 1).map(String.init)
                guard halves.count == 2, LanguageTag.isValid(halves[0]),
                    Self.twin(of: halves[0], in: languages) == nil
                else {
                    note(
                        Setting.routeLanguages.name,
                        "must be as de=deepgram worker,fr=revai: each language once, with its providers"
                    )
                    return [:]
                }
                let names = Self.names(halves[1], separator: " ")
                languages[halves[0]] = check(names, at: Setting.routeLanguages.name, known)
            }
            return languages
        }
        guard let file, let value = file.routes["languages"] else { return [:] }
        guard case .object(let members) = value else {
            note(file.place("routes", "languages"), "must be an object, not \(value.kindName)")
            return [:]
        }
        for (tag, value) in members.sorted(by: { $0.key < $1.key }) {
            let place = file.place("routes", "languages", tag)
            guard LanguageTag.isValid(tag) else {
                note(place, "is no language such as 'de' or 'pt-BR'; /routes/transcribe is for any other")
                continue
            }
            if let twin = Self.twin(of: tag, in: languages) {
                note(place, "is the same language as '\(twin)': letters of either case are alike")
                continue
            }
            languages[tag] = names(value, at: place, known)
        }
        return languages
    }

    /// The tag of a language that is there already, in whatever letters.
    private static func twin(of tag: String, in languages: [String: [String]]) -> String? {
        languages.keys.first { LanguageTag.canonical($0) == LanguageTag.canonical(tag) }
    }

    /// A name, or a list of names.
    private mutating func names(_ value: JSONValue, at place: String, _ known: Set<String>) -> [String] {
        switch value {
        case .string(let name): return check([name], at: place, known)
        case .array(let elements):
            var names: [String] = []
            for element in elements {
                guard case .string(let name) = element else {
                    note(place, "must only have names of providers, not \(element.kindName)")
                    return []
                }
                names.append(name)
            }
            return check(names, at: place, known)
        default:
            note(place, "must be the name of a provider or a list of names, not \(value.kindName)")
            return []
        }
    }

    /// The names, where each is that of a provider that does the work; else none.
    private mutating func check(_ names: [String], at place: String, _ known: Set<String>) -> [String] {
        guard !names.isEmpty else {
            note(place, "leads to nobody; there is \(known.sorted().joined(separator: ", "))")
            return []
        }
        guard names.count <= ProviderPreference.namesMax, Set(names).count == names.count else {
            note(place, "must have each provider once, and no more than \(ProviderPreference.namesMax)")
            return []
        }
        for name in names where !known.contains(name) {
            let remedy = ProviderKind.named(name).map { "; to set it up, \($0.remedy)" } ?? ""
            note(
                place,
                "leads to '\(name.prefix(60))', which is not set up for this; there is "
                    + "\(known.sorted().joined(separator: ", "))\(remedy)"
            )
            return []
        }
        return names
    }

    private static func names(_ text: String, separator: Character) -> [String] {
        text.split(separator: separator).map { $0.trimmingCharacters(in: .whitespaces) }.filter {
            !$0.isEmpty
        }
    }
}
