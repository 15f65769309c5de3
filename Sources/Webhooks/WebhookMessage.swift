package import Foundation
package import OutboundHTTP
package import Signatures

/// One message as it goes to one endpoint: the same id and bytes at every attempt.
package struct WebhookMessage: Sendable {
    package var id: String
    package var url: String
    package var payload: Data

    package init(id: String, url: String, payload: Data) {
        self.id = id
        self.url = url
        self.payload = payload
    }

    /// What subscribers see in their logs.
    package static let userAgent = "Reelgate-Webhooks/1.0"

    /// Time for the whole attempt, with name lookup, connecting and the answer's body.
    package static let attemptSecondsMax = 20

    package static let timeouts = TransferTimeouts(
        connectMilliseconds: 5000,
        totalMilliseconds: attemptSecondsMax * 1000
    )

    /// Time for the answer's body once its headers are there: the status counts, the body is only for the record.
    package static let bodySecondsMax = 3

    /// 16 KiB of an answer are kept for its owner to read, 64 KiB more are read so that the connection stays usable.
    private static let limits = ResponseLimits(
        keptBytesMax: 16 << 10,
        drainedBytesMax: 64 << 10,
        bodyMillisecondsMax: bodySecondsMax * 1000,
        excess: .truncate
    )

    /// The request of one attempt, with the time and the signatures of that attempt.
    package func request(
        now: Date,
        keys: [WebhookSigningKey],
        timeouts: TransferTimeouts = timeouts
    ) -> HTTPRequest {
        let timestamp = Int64(now.timeIntervalSince1970)
        let body = [UInt8](payload)
        return HTTPRequest(
            method: "POST",
            url: url,
            headers: [
                (WebhookHeaders.idName, id),
                (WebhookHeaders.timestampName, String(timestamp)),
                (
                    WebhookHeaders.signatureName,
                    WebhookSignature.sign(id: id, timestamp: timestamp, body: body, keys: keys)
                ),
                ("content-type", "application/json"),
                ("user-agent", Self.userAgent),
            ],
            body: body,
            timeouts: timeouts,
            limits: Self.limits
        )
    }
}
