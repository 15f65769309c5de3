import CLibcurl

extension TransferError {
    /// Translates libcurl's result for a transfer to `host`.
    init(_ result: CURLcode, host: String, timeouts: TransferTimeouts, facts: TransferFacts) {
        let code: Code =
            switch result {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolveFailed
            case CURLE_COULDNT_CONNECT: .connectFailed
            case CURLE_OPERATION_TIMEDOUT: Self.timeout(timeouts, facts)
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
                CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED:
                .tlsFailed
            case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE: .connectionLost
            case CURLE_URL_MALFORMAT, CURLE_OUT_OF_MEMORY, CURLE_BAD_FUNCTION_ARGUMENT: .invalidRequest
            case CURLE_READ_ERROR, CURLE_SEND_FAIL_REWIND: .fileFailed
            default: .protocolViolation
            }
        let words = unsafe String(cString: curl_easy_strerror(result))
        self.init(
            code,
            "request to '\(host)' failed: \(Self.phrase(code)) (libcurl \(result.rawValue): \(words))",
            isRequestSent: facts.isRequestSent
        )
    }

    private static func timeout(_ timeouts: TransferTimeouts, _ facts: TransferFacts) -> Code {
        guard facts.isConnected else { return .timeoutConnect }
        guard let total = timeouts.totalMilliseconds else { return .timeoutStalled }
        return facts.timing.totalMilliseconds + 50 < total ? .timeoutStalled : .timeoutTotal
    }

    private static func phrase(_ code: Code) -> String {
        switch code {
        case .resolveFailed: "its name could not be looked up"
        case .connectFailed: "no connection"
        case .timeoutConnect: "no connection in time"
        case .timeoutTotal: "no complete answer in time"
        case .timeoutStalled: "too slow"
        case .tlsFailed: "no trusted TLS connection"
        case .connectionLost: "the connection was lost"
        case .fileFailed: "the file to send could not be read"
        default: "the exchange broke the protocol"
        }
    }
}
