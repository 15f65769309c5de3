import ArgumentParser

/// `reelgate config`: every setting with its value, where that came from, and what it is for.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Lists every setting with its value, source and meaning."
    )

    func run() async throws {
        let settings = try Settings()
        for setting in Setting.all {
            let shown =
                switch (settings[setting], setting.isSecret) {
                case (nil, _): "(not set)"
                case (_?, true): "(hidden)"
                case (let text?, false): text
                }
            let source = settings.source(of: setting).map { " [\($0.rawValue)]" } ?? ""
            let shared = setting.sharedName.map { "; also read: \($0)" } ?? ""
            print("\(setting.name) = \(shown)\(source)\n    \(setting.help)\(shared)")
        }
    }
}
