/// What a `serve` process does; several processes on one database may share the parts.
enum GatewayRole: String, Sendable, CaseIterable {
    /// Answers HTTP requests: clients, callbacks, uploads.
    case api
    /// Drives runs: claims jobs and tasks, and starts a media worker where none is named.
    case runtime
    /// Sends webhooks.
    case webhooks
}

extension Settings {
    /// The parts that this process does, at least one.
    var roles: Set<GatewayRole> {
        get throws {
            let setting = Setting.roles
            let names = try required(setting).split(separator: ",").map { name in
                name.filter { !$0.isWhitespace }
            }
            let roles = try names.map { name in
                guard let role = GatewayRole(rawValue: name) else {
                    let known = GatewayRole.allCases.map(\.rawValue).joined(separator: ", ")
                    throw Invalid(description: "\(setting.name) names '\(name)'; it may have \(known)")
                }
                return role
            }
            guard !roles.isEmpty else { throw Invalid(description: "\(setting.name) names no part") }
            return Set(roles)
        }
    }
}
