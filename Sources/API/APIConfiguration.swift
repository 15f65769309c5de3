package import OutboundHTTP
package import Signatures

/// The settings of the HTTP API.
package struct APIConfiguration: Sendable {
    package var host = "127.0.0.1"
    /// 0 takes a free port.
    package var port = 8_787
    /// Key of the links that work without an API key.
    package var linkKey: [UInt8]
    /// Seals what is kept and shows a secret.
    package var sealingKey: SealingKey
    /// Where sources and webhook endpoints may be.
    package var addressPolicy = AddressPolicy.publicOnly
    package var providers = ProviderNames()
    /// The style of a run that names none.
    package var defaultStyle = "default"
    package var limits = APILimits()
    package var stream = EventStreamTiming()

    package init(linkKey: [UInt8], sealingKey: SealingKey) {
        self.linkKey = linkKey
        self.sealingKey = sealingKey
    }
}
