import Contracts
package import OutboundHTTP

/// What went wrong with an attempt: the word that the `detail` of its problem begins with.
package enum AttemptFailure: String, Sendable, CaseIterable {
    /// The endpoint answered with something other than 2xx.
    case status
    case dns
    case connect
    case tls
    case timeoutDNS = "timeout_dns"
    case timeoutConnect = "timeout_connect"
    case timeoutTLS = "timeout_tls"
    /// The request was sent, and the headers of an answer did not come in time.
    case timeoutHeaders = "timeout_headers"
    case connectionLost = "connection_lost"
    case malformedAnswer = "malformed_answer"
    case tooLarge = "too_large"
    case blockedURL = "blocked_url"
    case blockedAddress = "blocked_address"
    case misconfigured

    package init(_ error: TransferError) {
        self =
            switch error.code {
            case .resolveFailed: .dns
            case .connectFailed, .closed, .cancelled: .connect
            case .tlsFailed: .tls
            case .timeoutConnect, .timeoutTotal, .timeoutStalled: Self.timeout(in: error.phase)
            case .connectionLost: .connectionLost
            case .protocolViolation: .malformedAnswer
            case .tooLarge: .tooLarge
            case .blockedURL: .blockedURL
            case .blockedAddress: .blockedAddress
            case .invalidRequest, .fileFailed: .misconfigured
            }
    }

    private static func timeout(in phase: TransferPhase) -> AttemptFailure {
        switch phase {
        case .lookup: .timeoutDNS
        case .connect: .timeoutConnect
        case .tls: .timeoutTLS
        case .headers, .body: .timeoutHeaders
        }
    }

    var slug: Problem.Slug {
        switch self {
        case .status: .endpointRefused
        case .blockedURL, .blockedAddress: .endpointAddressBlocked
        case .misconfigured: .endpointMisconfigured
        default: .endpointUnreachable
        }
    }
}
