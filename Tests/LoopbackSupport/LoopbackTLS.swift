import CLibssl
import Foundation
import Glibc

/// How a loopback server speaks TLS: well, or with one fault.
///
/// Its certificate is made on the spot, by an authority of its own that a client may trust.
package final class LoopbackTLS: @unchecked Sendable {
    package enum Fault: String, Sendable, CaseIterable {
        case none
        case expired
        case notYetValid
        case otherName
        case signedByItself
        case unknownAuthority
        case clientCertificateDemanded
    }

    // A context is only read once it is set up, which OpenSSL allows from several threads.
    private let context: OpaquePointer

    /// A file with the authority to trust.
    package let authorityPath: String

    package init(_ fault: Fault = .none, speaksHTTP2: Bool = false, speaksTLS12Only: Bool = false) throws {
        // A client that has gone must not end the tests.
        signal(SIGPIPE, SIG_IGN)
        guard let context = SSL_CTX_new(TLS_server_method()), let authorityKey = loopback_key(),
            let key = loopback_key()
        else { throw POSIXError(.ENOMEM) }
        self.context = context
        let day = 86_400
        // A name of its own, so that a client can tell the authorities that it trusts apart.
        let name = "Loopback authority \(UUID().uuidString)"
        let authority = loopback_certificate(authorityKey, name, nil, -day, day, nil, nil)
        let stranger = loopback_certificate(authorityKey, "Stranger", nil, -day, day, nil, nil)
        let span =
            switch fault {
            case .expired: (-2 * day, -day)
            case .notYetValid: (day, 2 * day)
            default: (-day, day)
            }
        let names = fault == .otherName ? "DNS:other.test" : "IP:127.0.0.1,DNS:localhost"
        let isSelfSigned = fault == .signedByItself
        let certificate = loopback_certificate(
            key,
            "Loopback server",
            names,
            span.0,
            span.1,
            isSelfSigned ? nil : fault == .unknownAuthority ? stranger : authority,
            isSelfSigned ? nil : authorityKey
        )
        authorityPath =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("loopback-\(UUID().uuidString).pem").path
        guard SSL_CTX_use_certificate(context, certificate) == 1,
            SSL_CTX_use_PrivateKey(context, key) == 1, let file = fopen(authorityPath, "w")
        else { throw POSIXError(.EINVAL) }
        PEM_write_X509(file, authority)
        fclose(file)
        for certificate in [authority, stranger, certificate] { X509_free(certificate) }
        for key in [authorityKey, key] { EVP_PKEY_free(key) }
        if speaksHTTP2 { loopback_speak_http2(context) }
        if speaksTLS12Only { loopback_speak_tls12(context) }
        if fault == .clientCertificateDemanded {
            SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nil)
        }
    }

    deinit {
        SSL_CTX_free(context)
        unlink(authorityPath)
    }

    /// Shakes hands over an accepted connection; nil when the client does not want to.
    func accept(_ descriptor: Int32) -> LoopbackTLSStream? {
        guard let connection = SSL_new(context) else { return nil }
        let stream = LoopbackTLSStream(connection)
        SSL_set_fd(connection, descriptor)
        ERR_clear_error()
        return SSL_accept(connection) == 1 ? stream : nil
    }
}
