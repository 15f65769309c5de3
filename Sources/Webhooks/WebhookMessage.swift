package import Foundation
package import OutboundHTTP
package import Signatures

/// One message as it goes to one endpoint: the same id and bytes at every attempt.
package struct WebhookMessage: Sendable {
    package var id: String
    package var url: String
    package var payload: Data
    /// What the endpoint's owner wants to be sent beside ours; names in lower case, checked when they were saved.
    package var headers: [String: String]

    package init(id: String, url: String, payload: Data, headers: [String: String] = [:]) {
        self.id = id
        self.url = url
        self.payload = payload
        self.headers = headers
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
            ] + headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
            body: body,
            timeouts: timeouts,
            limits: Self.limits
        )
    }

    /// The first line and the headers of a request as they are kept for the endpoint's owner to see.
    ///
    /// The values of the owner's own headers may be secrets: they are hidden.
    package func recordedHead(of request: HTTPRequest) -> String {
        let lines = request.headers.map { header in
            "\(header.name): \(headers[header.name] == nil ? header.value : Self.hiddenValue)"
        }
        return (["\(request.method) \(request.url)"] + lines).joined(separator: "\n")
    }

    package static let hiddenValue = "(hidden)"
}
