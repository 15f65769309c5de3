package import Signatures

/// All that a worker is told before it starts.
package struct WorkerConfiguration: Sendable {
    /// Tasks that may wait for a slot.
    package static let queuedMaxDefault = 256
    /// Ended tasks whose reports still answer polls.
    package static let rememberedMaxDefault = 1_000
    /// Bytes of downloaded inputs that are kept for later tasks.
    package static let cacheBytesMaxDefault: Int64 = 32 << 30

    package var host = "127.0.0.1"
    /// 0 for any free port.
    package var port = 0
    /// Folder for downloads and for what tasks write; it belongs to one worker at a time.
    package var scratchPath: String
    /// Tasks that run at once.
    package var slots: Int
    package var queuedMax = queuedMaxDefault
    package var rememberedMax = rememberedMaxDefault
    package var cacheBytesMax = cacheBytesMaxDefault
    /// Where the gateway listens, as `http://127.0.0.1:8787`: it may be in a private network.
    package var gateway: String?
    package var secret: WebhookSecret
    /// Pauses before a callback or a transfer is tried again.
    package var retries = RetryDelays()

    package init(scratchPath: String, slots: Int, gateway: String?, secret: WebhookSecret) {
        self.scratchPath = scratchPath
        self.slots = slots
        self.gateway = gateway
        self.secret = secret
    }
}
