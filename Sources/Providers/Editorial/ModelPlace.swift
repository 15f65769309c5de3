import Foundation
import Signatures

/// How the server of a model is told of where tenants may see it.
///
/// Two servers are told apart, since their answers differ; the address of one that is not public stands nowhere.
enum ModelPlace {
    /// Hosts of services that anybody may know of.
    private static let known: Set<String> = [
        "api.anthropic.com", "api.deepseek.com", "api.fireworks.ai", "api.groq.com", "api.mistral.ai",
        "api.openai.com", "api.together.xyz", "api.x.ai", "generativelanguage.googleapis.com",
        "openrouter.ai",
    ]
    private static let digestLength = 8

    /// Nil for the provider's own address.
    static func name(of url: String, standard: String) -> String? {
        guard url != standard else { return nil }
        if let host = URLComponents(string: url)?.host?.lowercased(), known.contains(host) { return host }
        return "own-\(SHA256Digest.hex(Array(url.utf8)).prefix(digestLength))"
    }
}
