/// What an API key may do.
package enum Scope: String, Sendable, CaseIterable {
    case runsRead = "runs:read"
    case runsWrite = "runs:write"
    case stylesWrite = "styles:write"
    case webhooksWrite = "webhooks:write"
    case ops
}
