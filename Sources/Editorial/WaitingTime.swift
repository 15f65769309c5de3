/// Tells whoever measures a piece of work while it only waits for somebody else.
package struct WaitingTime: Sendable {
    private let note: @Sendable (_ isWaiting: Bool) -> Void

    /// `note` is called with true when the waiting begins, and with false when it ends.
    package init(_ note: @escaping @Sendable (_ isWaiting: Bool) -> Void) { self.note = note }

    /// Of work that nobody measures.
    package static let unmeasured = WaitingTime { _ in }

    /// Does `body`, which waits.
    package func during<Value: Sendable, Failure: Error>(
        _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        note(true)
        defer { note(false) }
        return try await body()
    }
}
