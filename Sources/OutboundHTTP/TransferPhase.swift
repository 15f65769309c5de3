/// How far a transfer had come when it failed.
package enum TransferPhase: String, Sendable, CaseIterable {
    /// Looking up the name of the host.
    case lookup
    case connect
    case tls
    /// From the request to the end of the answer's headers.
    case headers
    case body
}
