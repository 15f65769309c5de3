import API
import Foundation

/// The providers file as it was read: its members, nothing of them understood yet.
struct ProviderFile: Sendable {
    private static let bytesMax = 1 << 20

    let path: String
    let providers: [String: JSONValue]
    let routes: [String: JSONValue]

    /// The folder that paths in the file begin at.
    var folder: String { URL(filePath: path).deletingLastPathComponent().path }

    init(path: String) throws {
        self.path = path
        func invalid(_ words: String) -> Settings.Invalid {
            Settings.Invalid(description: "the providers file '\(path)' \(words)")
        }
        guard let data = FileManager.default.contents(atPath: path) else { throw invalid("cannot be read") }
        guard data.count <= Self.bytesMax else { throw invalid("is longer than \(Self.bytesMax) bytes") }
        let value: JSONValue
        do {
            value =
                Self.isYAML(path)
                ? try YAMLDocument.read(String(decoding: data, as: UTF8.self)) : try JSONValue(parsing: data)
        } catch let error as YAMLDocument.Malformed {
            throw invalid(error.words)
        } catch let error as JSONValue.Repeated {
            throw invalid("has a member twice: \(error.pointers.joined(separator: ", "))")
        } catch {
            throw invalid("is no JSON")
        }
        guard case .object(let members) = value else {
            throw invalid("must be an object, not \(value.kindName)")
        }
        // Editors find the schema by it.
        let known = ["$schema", "providers", "routes"]
        if let other = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw invalid("has the member '\(other.prefix(60))'; it may have providers and routes")
        }
        func object(_ name: String) throws -> [String: JSONValue] {
            switch members[name] {
            case nil: return [:]
            case .object(let members)?: return members
            case let other?: throw invalid("must have an object at /\(name), not \(other.kindName)")
            }
        }
        providers = try object("providers")
        routes = try object("routes")
    }

    private static func isYAML(_ path: String) -> Bool {
        path.hasSuffix(".yaml") || path.hasSuffix(".yml")
    }

    /// Where a member stands, as errors name it.
    func place(_ names: String...) -> String {
        let parts = names.map { "/" + $0.replacing("~", with: "~0").replacing("/", with: "~1") }
        return "\(path): \(parts.joined())"
    }
}
