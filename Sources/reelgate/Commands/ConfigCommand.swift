import ArgumentParser

/// `reelgate config`: every setting with its value, where that came from, and what it is for.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Lists every setting with its value, source and meaning, and the providers that are set up."
    )

    func run() async throws {
        let settings = try Settings()
        for line in Self.lines(settings) { print(line) }
        for line in Self.lines(try ProviderSettings(settings)) { print(line) }
    }

    static func lines(_ settings: Settings) -> [String] {
        Setting.all.map { setting in
            let shown =
                switch (settings[setting], setting.isSecret) {
                case (nil, _): "(not set)"
                case (_?, true): "(hidden)"
                case (let text?, false): text
                }
            let source = settings.source(of: setting).map { " [\($0.rawValue)]" } ?? ""
            let shared = setting.sharedName.map { "; also read: \($0)" } ?? ""
            return "\(setting.name) = \(shown)\(source)\n    \(setting.help)\(shared)"
        }
    }

    /// Each provider with what is set for it.
    static func lines(_ providers: ProviderSettings) -> [String] {
        providers.entries.map { entry in
            let members = entry.kind.members.compactMap { member in
                entry.values[member.name].map { "\n    \(member.name) = \($0.shown)" }
            }
            return "provider \(entry.name) (\(entry.kind.name))\(members.joined())"
        }
    }
}
