/// Tells whoever measures a piece of work while it only waits for somebody else.
package enum WaitingTime {
    /// Called with true when the waiting begins, and with false when it ends; nil where nobody measures.
    @TaskLocal package static var listener: (@Sendable (_ isWaiting: Bool) -> Void)?

    /// Does `body`, which waits.
    package static func during<Value: Sendable, Failure: Error>(
        _ body: () async throws(Failure) -> Value
    ) async throws(Failure) -> Value {
        listener?(true)
        defer { listener?(false) }
        return try await body()
    }
}
