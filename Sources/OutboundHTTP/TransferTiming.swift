/// How long each part of a transfer took; a part that did not happen took 0.
package struct TransferTiming: Sendable, Hashable {
    package var dnsMilliseconds = 0
    package var connectMilliseconds = 0
    package var tlsMilliseconds = 0

    /// From the request to the first byte of its answer.
    package var firstByteMilliseconds = 0
    package var totalMilliseconds = 0

    package init() {}
}
