package import Contracts
package import Foundation

/// One try to deliver a message.
package struct NewAttempt: Sendable, Hashable {
    package enum Outcome: String, Sendable {
        case delivered
        case rejected
        /// Nobody knows whether the endpoint has the message.
        case unknown
    }

    package var number: Int
    package var outcome: Outcome
    package var status: Int?
    package var problem: Problem?
    package var startedAt: Date
    package var durationMs: Int
    /// The first 16 KiB of the answer.
    package var responseBody: Data?
    package var responseHeaders: [String: String]?
    /// How often the request was sent again at once, since a connection that was kept had ended before it.
    package var resends: Int
    /// The parts of the time; nil where nothing was sent.
    package var timing: AttemptTiming?
    /// The first line and the headers of the request, a line for each; what is secret in them is hidden.
    package var requestHead: String?
    /// Where it went; what it tells of an endpoint that has moved meanwhile counts for nothing.
    package var url: String?

    package static let responseBodyBytesMax = 16 << 10

    package init(
        number: Int,
        outcome: Outcome,
        status: Int?,
        problem: Problem?,
        startedAt: Date,
        durationMs: Int,
        responseBody: Data?,
        responseHeaders: [String: String]?,
        resends: Int = 0,
        timing: AttemptTiming? = nil,
        requestHead: String? = nil,
        url: String? = nil
    ) {
        self.number = number
        self.outcome = outcome
        self.status = status
        self.problem = problem
        self.startedAt = startedAt
        self.durationMs = durationMs
        self.responseBody = responseBody
        self.responseHeaders = responseHeaders
        self.resends = resends
        self.timing = timing
        self.requestHead = requestHead
        self.url = url
    }
}

/// The parts of the time that an attempt took, in milliseconds.
package struct AttemptTiming: Sendable, Hashable {
    package var dnsMs: Int
    package var connectMs: Int
    package var tlsMs: Int
    /// From the request to the first byte of its answer.
    package var firstByteMs: Int

    package init(dnsMs: Int, connectMs: Int, tlsMs: Int, firstByteMs: Int) {
        self.dnsMs = dnsMs
        self.connectMs = connectMs
        self.tlsMs = tlsMs
        self.firstByteMs = firstByteMs
    }
}

/// What follows an attempt.
package enum DeliveryNext: Sendable, Hashable {
    case done
    case retry(afterMs: Int)
    /// No attempt is left.
    case exhausted
    /// The endpoint wants no more: it is disabled, its other messages wait.
    case disableEndpoint(reason: String, isDelivered: Bool = false)
}
