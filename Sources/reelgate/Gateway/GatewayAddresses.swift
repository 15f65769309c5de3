/// By which addresses the gateway is reached.
struct GatewayAddresses: Sendable {
    let host: String
    let port: Int
    /// For clients: in links and webhooks.
    ///
    /// Without a slash at its end.
    let publicURL: String
    /// For workers: dispatches name it for callbacks, uploads and inputs.
    let internalURL: String

    init(settings: Settings) throws {
        host = try settings.required(.host)
        let wanted = try settings.integer(.port, in: 0...65_535)
        port = wanted == 0 ? try FreePort.find() : wanted
        let own = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
        publicURL = Self.trimmed(settings[.publicURL] ?? own)
        let isAnyAddress = host == "0.0.0.0" || host == "::"
        internalURL = Self.trimmed(
            settings[.internalURL] ?? (isAnyAddress ? "http://127.0.0.1:\(port)" : own)
        )
    }

    private static func trimmed(_ url: String) -> String {
        var url = url
        while url.last == "/" { url.removeLast() }
        return url
    }
}
