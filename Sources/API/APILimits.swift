/// What one request may ask of the server.
package struct APILimits: Sendable {
    /// A JSON body.
    package var jsonBytesMax = 1 << 20
    /// An uploaded source.
    package var assetBytesMax: Int64 = 20 << 30
    /// A media file that a worker uploads.
    package var uploadBytesMax: Int64 = 20 << 30
    /// A JSON artifact that a worker uploads.
    package var uploadJSONBytesMax: Int64 = 64 << 20
    /// A provider's callback, where the provider is not held to less.
    package var callbackBytesMax = 64 << 20
    /// How much of a callback with a bad signature is kept.
    package var rejectedCallbackBytesMax = 16 << 10
    /// All headers of a request together.
    package var headerBytesMax = 32 << 10
    package var headersMax = 100
    /// A connection that sends nothing for so long while we wait for it is closed.
    package var idleTimeoutSeconds = 60
    /// A connection that takes nothing for so long while we have something for it is closed.
    package var stalledWriteSeconds = 60
    package var connectionsMax = 2_048
    /// A client that still sends its body so long after the answer is cut off.
    package var unreadBodySeconds = 10
    /// Requests that one API key may make at once, and how many come back in every second.
    package var requestsBurst = 200
    package var requestsPerSecond = 100
    /// Event streams that may be open at once.
    package var streamsMax = 256
    /// How long a readiness check may take.
    package var readinessMs = 2_000

    package init() {}
}
