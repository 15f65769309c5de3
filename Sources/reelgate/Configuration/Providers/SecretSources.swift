import API
import Foundation

/// Where secrets are read that the providers file only points at.
struct SecretSources: Sendable {
    private static let bytesMax = 64 << 10

    let environment: [String: String]
    /// The folder of the providers file: paths in it begin there.
    let folder: String

    /// The secret that `{"env": "NAME"}` or `{"file": "path"}` points at.
    func read(_ members: [String: JSONValue]) throws(ProviderFault) -> String {
        guard members.count == 1, let (kind, value) = members.first, case .string(let name) = value else {
            throw ProviderFault(#"must be text, {"env": "NAME"} or {"file": "path"}"#)
        }
        switch kind {
        case "env":
            guard let text = environment[name], !text.isEmpty else {
                throw ProviderFault("points at the variable '\(name)', which is not set")
            }
            return text
        case "file": return try content(of: name)
        default: throw ProviderFault(#"has the member '\#(kind)'; it may have "env" or "file""#)
        }
    }

    private func content(of name: String) throws(ProviderFault) -> String {
        let path = name.hasPrefix("/") ? name : "\(folder)/\(name)"
        guard let file = FileHandle(forReadingAtPath: path),
            let data = try? file.read(upToCount: Self.bytesMax + 1),
            let text = String(data: data, encoding: .utf8)
        else { throw ProviderFault("points at the file '\(path)', which cannot be read as text") }
        guard data.count <= Self.bytesMax else {
            throw ProviderFault("points at the file '\(path)', which is too long for a secret")
        }
        let secret = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !secret.isEmpty else {
            throw ProviderFault("points at the file '\(path)', which has nothing in it")
        }
        return secret
    }
}
