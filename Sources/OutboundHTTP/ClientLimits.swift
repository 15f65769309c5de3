/// How much one client does at once.
package struct ClientLimits: Sendable, Hashable {
    /// More transfers than this wait for their turn.
    package var transfersInFlightMax: Int

    /// Connections to one host and port.
    package var connectionsPerHostMax: Int

    /// Idle connections that are kept for later.
    package var connectionsIdleMax: Int

    package init(
        transfersInFlightMax: Int = 256,
        connectionsPerHostMax: Int = 32,
        connectionsIdleMax: Int = 64
    ) {
        self.transfersInFlightMax = transfersInFlightMax
        self.connectionsPerHostMax = connectionsPerHostMax
        self.connectionsIdleMax = connectionsIdleMax
    }
}
