/// Why a transfer brought no answer.
///
/// The description names the host at most, never a path, a query, a header or an address, so it is safe to log.
package struct TransferError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        case blockedURL = "blocked_url"
        case blockedAddress = "blocked_address"
        case invalidRequest = "invalid_request"
        case resolveFailed = "dns"
        case connectFailed = "connect"
        case tlsFailed = "tls"
        case timeoutConnect = "timeout_connect"
        case timeoutTotal = "timeout_total"
        case timeoutStalled = "timeout_stalled"
        case connectionLost = "connection_lost"
        case protocolViolation = "protocol"
        case tooLarge = "too_large"
        case fileFailed = "file"
        case cancelled = "cancelled"
        case closed = "closed"
    }

    package let code: Code

    /// Whether the receiver may have acted on the request although its answer is not known.
    package let isRequestSent: Bool

    /// How far it had come.
    package let phase: TransferPhase

    /// How often the request was sent again at once, since a connection that was kept had ended before it.
    package let resends: Int

    /// How long the parts took that it came to.
    package let timing: TransferTiming
    private let detail: String

    init(
        _ code: Code,
        _ detail: String,
        isRequestSent: Bool = false,
        phase: TransferPhase = .connect,
        resends: Int = 0,
        timing: TransferTiming = TransferTiming()
    ) {
        self.code = code
        self.detail = detail
        self.isRequestSent = isRequestSent
        self.phase = phase
        self.resends = resends
        self.timing = timing
    }

    /// Whether the same request may succeed later without a change.
    package var isRetryable: Bool {
        switch code {
        case .resolveFailed, .connectFailed, .tlsFailed, .timeoutConnect, .timeoutTotal, .timeoutStalled,
            .connectionLost, .protocolViolation, .closed:
            true
        case .blockedURL, .blockedAddress, .invalidRequest, .tooLarge, .fileFailed, .cancelled: false
        }
    }

    package var description: String { detail }
}
