import CLibssl

/// One TLS connection of a loopback server, used by its thread only.
final class LoopbackTLSStream {
    private let connection: OpaquePointer

    init(_ connection: OpaquePointer) { self.connection = connection }

    deinit { SSL_free(connection) }

    /// Like `recv`.
    func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        ERR_clear_error()
        return Int(SSL_read(connection, buffer.baseAddress, Int32(buffer.count)))
    }

    /// Like `send`.
    func write(_ buffer: UnsafeRawBufferPointer) -> Int {
        ERR_clear_error()
        return Int(SSL_write(connection, buffer.baseAddress, Int32(buffer.count)))
    }

    /// Asks the client to shake hands anew, as TLS 1.2 allows; false when it does not.
    func renegotiate() -> Bool {
        ERR_clear_error()
        return SSL_renegotiate(connection) == 1 && SSL_do_handshake(connection) == 1
    }
}
