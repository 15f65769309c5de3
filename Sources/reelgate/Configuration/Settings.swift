import Foundation

/// The values of all settings, each with where it came from.
struct Settings: Sendable {
    enum Source: String, Sendable {
        case commandLine = "command line"
        case environment
        case file
        /// A name in the environment that other programs read too.
        case sharedEnvironment = "shared environment"
        case standard = "default"
    }

    /// A setting whose value cannot be used.
    struct Invalid: Error, CustomStringConvertible {
        let description: String
    }

    private var values: [Setting: (text: String, source: Source)] = [:]
    private let fileValues: [String: String]
    /// All variables of the process.
    let environment: [String: String]

    /// Reads the environment, then the file that `REELGATE_CONFIG_FILE` names (`NAME=value` lines), then names that are shared
    /// with other programs, then defaults.
    init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        var file: [String: String] = [:]
        if let path = environment["REELGATE_CONFIG_FILE"] { file = try Self.read(path) }
        self.environment = environment
        fileValues = file
        let known = Set(Setting.all.map(\.name))
        if let unknown = file.keys.first(where: { !known.contains($0) }) {
            throw Invalid(
                description: "the configuration file has no setting '\(unknown)'; see `reelgate config`"
            )
        }
        for setting in Setting.all {
            if let text = environment[setting.name], !text.isEmpty {
                values[setting] = (text, .environment)
            } else if let text = file[setting.name], !text.isEmpty {
                values[setting] = (text, .file)
            } else if let text = setting.sharedName.flatMap({ environment[$0] }), !text.isEmpty {
                values[setting] = (text, .sharedEnvironment)
            } else if let text = setting.defaultText {
                values[setting] = (text, .standard)
            }
        }
    }

    /// What a name says that need not be a setting: in the environment, else in the file.
    func named(_ name: String) -> String? {
        [environment[name], fileValues[name]].compactMap(\.self).first { !$0.isEmpty }
    }

    /// Sets what nothing else says.
    mutating func fill(_ setting: Setting, with text: String?) {
        if let text, values[setting] == nil { values[setting] = (text, .file) }
    }

    /// Lays a command-line option over the other sources.
    mutating func override(_ setting: Setting, with text: String?) {
        if let text { values[setting] = (text, .commandLine) }
    }

    subscript(setting: Setting) -> String? { values[setting]?.text }

    func source(of setting: Setting) -> Source? { values[setting]?.source }

    func required(_ setting: Setting) throws -> String {
        guard let text = self[setting] else { throw Invalid(description: "\(setting.name) is not set") }
        return text
    }

    func integer(_ setting: Setting, in range: ClosedRange<Int>) throws -> Int {
        let text = try required(setting)
        guard let value = Int(text), range.contains(value) else {
            throw Invalid(
                description: "\(setting.name) is '\(text)'; it must be a number from \(range.lowerBound) "
                    + "to \(range.upperBound)"
            )
        }
        return value
    }

    func flag(_ setting: Setting) throws -> Bool {
        switch try required(setting).lowercased() {
        case "true", "1", "yes", "on": return true
        case "false", "0", "no", "off": return false
        case let text: throw Invalid(description: "\(setting.name) is '\(text)'; it must be true or false")
        }
    }

    private static func read(_ path: String) throws -> [String: String] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Invalid(description: "the configuration file '\(path)' cannot be read")
        }
        var found: [String: String] = [:]
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let trimmed = line.trimmingCharacters(in: .whitespaces)
            if trimmed.isEmpty || trimmed.hasPrefix("#") { continue }
            guard let equals = trimmed.firstIndex(of: "=") else {
                throw Invalid(description: "line \(index + 1) of '\(path)' is not NAME=value")
            }
            let name = trimmed[..<equals].trimmingCharacters(in: .whitespaces)
            found[name] = trimmed[trimmed.index(after: equals)...].trimmingCharacters(in: .whitespaces)
        }
        return found
    }
}
