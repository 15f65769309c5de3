/// The clockwork of a listener.
package struct ListenerSettings: Sendable {
    /// After so long without a word from the server, the listener asks whether it is still there.
    package var pingMilliseconds = 10_000
    /// How long the answer may take.
    package var answerMilliseconds = 5_000
    /// Pause before the first try to connect again; doubles up to the longest.
    package var retryMilliseconds = 250
    package var retryMillisecondsMax = 5_000

    package init() {}
}
