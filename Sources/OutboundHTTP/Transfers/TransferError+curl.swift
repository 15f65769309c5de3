import CLibcurl

extension TransferError {
    /// Translates libcurl's result for a transfer to `host`.
    init(_ result: CURLcode, host: String, timeouts: TransferTimeouts, facts: TransferFacts, resends: Int = 0)
    {
        let code: Code =
            switch result {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .resolveFailed
            case CURLE_COULDNT_CONNECT: .connectFailed
            case CURLE_OPERATION_TIMEDOUT: Self.timeout(timeouts, facts)
            case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
                CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED:
                .tlsFailed
            // What a server says instead of an answer when it wants a certificate of its client.
            case CURLE_SEND_ERROR where facts.isAlerted, CURLE_RECV_ERROR where facts.isAlerted: .tlsFailed
            // The request was sent over one connection after the other, and each ended before an answer.
            case CURLE_ABORTED_BY_CALLBACK: .connectionLost
            case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_HTTP2,
                CURLE_HTTP2_STREAM:
                .connectionLost
            case CURLE_URL_MALFORMAT, CURLE_OUT_OF_MEMORY, CURLE_BAD_FUNCTION_ARGUMENT: .invalidRequest
            case CURLE_READ_ERROR, CURLE_SEND_FAIL_REWIND: .fileFailed
            default: .protocolViolation
            }
        let words = unsafe String(cString: curl_easy_strerror(result))
        let phrase = code == .tlsFailed ? Self.phrase(certificate: facts) : Self.phrase(code)
        self.init(
            code,
            "request to '\(host)' failed: \(phrase) (libcurl \(result.rawValue): \(words))",
            // A server that asks for a certificate reads nothing before it has it.
            isRequestSent: facts.isRequestSent && code != .tlsFailed,
            phase: code == .tlsFailed ? .tls : facts.phase,
            resends: max(0, resends),
            timing: facts.timing
        )
    }

    private static func timeout(_ timeouts: TransferTimeouts, _ facts: TransferFacts) -> Code {
        guard facts.isConnected else { return .timeoutConnect }
        guard let total = timeouts.totalMilliseconds else { return .timeoutStalled }
        return facts.timing.totalMilliseconds + 50 < total ? .timeoutStalled : .timeoutTotal
    }

    /// The numbers are those of OpenSSL's `X509_V_ERR_*`.
    private static func phrase(certificate facts: TransferFacts) -> String {
        if facts.isConnected { return "it asks for a certificate of the client" }
        switch facts.certificateCode {
        case 9, 10: return "its certificate has expired or is not valid yet"
        case 18, 19: return "its certificate is signed by itself, not by a known authority"
        case 20, 21: return "its certificate comes from no known authority"
        case 62, 64: return "its certificate is for another name"
        default: return Self.phrase(.tlsFailed)
        }
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
