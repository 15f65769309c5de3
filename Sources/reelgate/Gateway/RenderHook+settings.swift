import Foundation
import OutboundHTTP
import Providers

extension RenderHook {
    /// The customer's own renderer, nil where none is set up.
    static func configured(_ settings: Settings, client: HTTPClient) throws -> RenderHook? {
        switch (settings[.renderHookURL], settings[.renderHookSecret]) {
        case (nil, nil): return nil
        case (let text?, let secret?):
            let url = text.hasSuffix("/") ? String(text.dropLast()) : text
            guard let parts = URLComponents(string: url), ["http", "https"].contains(parts.scheme),
                parts.host?.isEmpty == false, parts.query == nil, parts.fragment == nil, parts.user == nil
            else {
                throw Settings.Invalid(
                    description:
                        "\(Setting.renderHookURL.name) must be an http or https address without a query"
                )
            }
            guard secret.utf8.count >= secretBytesMin else {
                throw Settings.Invalid(
                    description:
                        "\(Setting.renderHookSecret.name) must have \(secretBytesMin) characters or more"
                )
            }
            return RenderHook(url: url, secret: Array(secret.utf8), client: client)
        default:
            throw Settings.Invalid(
                description: "\(Setting.renderHookURL.name) and \(Setting.renderHookSecret.name) go together"
            )
        }
    }

    private static let secretBytesMin = 16
}
