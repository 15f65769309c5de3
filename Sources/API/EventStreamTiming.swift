/// The clockwork of a live event stream.
package struct EventStreamTiming: Sendable {
    /// How often the log is read for news.
    package var pollMs = 500
    /// A comment is sent after so long without an event, so that proxies keep the connection.
    package var heartbeatMs = 15_000
    /// How long a stream stays open after its run has ended.
    package var lingerMs = 3_000
    /// A stream ends after so long in any case; clients come back with `Last-Event-ID`.
    package var lifetimeMs = 6 * 3_600_000

    package init() {}
}
