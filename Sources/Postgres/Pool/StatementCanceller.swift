import CLibpq

/// Asks the server to end what one session runs.
@safe
final class StatementCanceller: @unchecked Sendable {
    // libpq allows PQcancel from any thread; the handle is never written after its making.
    private let handle: OpaquePointer
    private static let messageBytesMax = 256

    init(owning handle: OpaquePointer) {
        unsafe self.handle = handle
    }

    deinit { unsafe PQfreeCancel(handle) }

    /// Sends the request and blocks until the server has taken it.
    ///
    /// A lost request is no error: the statement then ends by itself.
    func cancel() {
        var message = [CChar](repeating: 0, count: Self.messageBytesMax)
        _ = unsafe PQcancel(handle, &message, Int32(message.count))
    }
}
