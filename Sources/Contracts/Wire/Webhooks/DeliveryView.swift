package import Foundation

/// One message on its way to one endpoint.
package struct DeliveryView: Codable, Sendable, Hashable {
    package typealias Attempt = AttemptView

    package var id: String
    package var messageId: String
    package var endpointId: String
    package var eventType: String
    /// `pending`, `delivered` or `exhausted`.
    package var state: String
    /// Whether it waits for its endpoint, which is paused or disabled, to be enabled.
    package var isHeld: Bool
    package var attempts: [AttemptView]
    /// How often it was sent again because somebody asked for it.
    package var replays: Int
    /// Of the last attempt that failed; null once the message is delivered.
    @Nullable package var problem: Problem?
    @Nullable package var nextAttemptAt: Date?
    package var createdAt: Date
    @Nullable package var finishedAt: Date?
    /// The body of every attempt's request, where one delivery is asked for; left out when it is not kept any more.
    package var payload: String?

    package init(
        id: String,
        messageId: String,
        endpointId: String,
        eventType: String,
        state: String,
        isHeld: Bool,
        attempts: [AttemptView],
        replays: Int,
        nextAttemptAt: Date?,
        createdAt: Date,
        finishedAt: Date?,
        payload: String? = nil
    ) {
        self.id = id
        self.messageId = messageId
        self.endpointId = endpointId
        self.eventType = eventType
        self.state = state
        self.isHeld = isHeld
        self.attempts = attempts
        self.replays = replays
        self.nextAttemptAt = nextAttemptAt
        self.createdAt = createdAt
        self.finishedAt = finishedAt
        self.payload = payload
        problem = state == "delivered" ? nil : attempts.last { $0.problem != nil }?.problem
    }
}

/// One try to deliver a message.
package struct AttemptView: Codable, Sendable, Hashable {
    /// The parts of the time, in milliseconds.
    package struct Timing: Codable, Sendable, Hashable {
        package var dnsMs: Int
        package var connectMs: Int
        package var tlsMs: Int
        /// From the request to the first byte of its answer.
        package var firstByteMs: Int
        package var totalMs: Int

        package init(dnsMs: Int, connectMs: Int, tlsMs: Int, firstByteMs: Int, totalMs: Int) {
            self.dnsMs = dnsMs
            self.connectMs = connectMs
            self.tlsMs = tlsMs
            self.firstByteMs = firstByteMs
            self.totalMs = totalMs
        }
    }

    package var number: Int
    /// `delivered`, `rejected` or `unknown`.
    package var outcome: String
    @Nullable package var status: Int?
    @Nullable package var problem: Problem?
    package var durationMs: Int
    /// Null where nothing was sent.
    @Nullable package var timing: Timing?
    /// The first 16 KiB of the answer.
    @Nullable package var responseBody: String?
    package var startedAt: Date
    /// Where one delivery is asked for.
    package var request: RequestHead?
    /// Where one delivery is asked for and an answer came.
    package var responseHeaders: [String: String]?

    package init(
        number: Int,
        outcome: String,
        status: Int?,
        problem: Problem?,
        durationMs: Int,
        timing: Timing?,
        responseBody: String?,
        startedAt: Date,
        request: RequestHead? = nil,
        responseHeaders: [String: String]? = nil
    ) {
        self.number = number
        self.outcome = outcome
        self.status = status
        self.problem = problem
        self.durationMs = durationMs
        self.timing = timing
        self.responseBody = responseBody
        self.startedAt = startedAt
        self.request = request
        self.responseHeaders = responseHeaders
    }
}

/// The first line and the headers of a request, as they were sent; the values of custom headers are hidden.
package struct RequestHead: Codable, Sendable, Hashable {
    package var method: String
    package var url: String
    package var headers: [String: String]

    /// Reads what was kept: `POST https://...`, then a line for each header.
    package init?(text: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: true)[...]
        guard let first = lines.popFirst()?.split(separator: " ", maxSplits: 1), first.count == 2 else {
            return nil
        }
        method = String(first[0])
        url = String(first[1])
        headers = [:]
        for line in lines {
            guard let colon = line.firstRange(of: ": ") else { continue }
            headers[String(line[..<colon.lowerBound])] = String(line[colon.upperBound...])
        }
    }
}
