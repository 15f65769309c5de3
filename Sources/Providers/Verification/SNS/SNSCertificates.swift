package import Foundation
package import OutboundHTTP
import Signatures
import Threads

/// The certificates that SNS signs with, fetched once and kept for a while.
package final class SNSCertificates: Sendable {
    package typealias Send = @Sendable (HTTPRequest) async throws(TransferError) -> HTTPResponse

    private struct State {
        var kept: [String: Entry] = [:]
        var underWay = 0
    }

    private struct Entry {
        var certificate: SigningCertificate?
        var until: Int64
    }

    static let keptMax = 16
    static let keptSeconds: Int64 = 86_400
    /// How long what could not be fetched is not asked for again.
    static let failedSeconds: Int64 = 30
    /// Addresses come from strangers: they must not make the gateway fetch more than this at once.
    static let fetchesMax = 4
    private static let timeouts = TransferTimeouts(connectMilliseconds: 2_000, totalMilliseconds: 5_000)

    private let state = Locked(State())
    private let send: Send
    private let now: @Sendable () -> Date

    package init(now: @escaping @Sendable () -> Date = { Date() }, send: @escaping Send) {
        self.now = now
        self.send = send
    }

    package convenience init(client: HTTPClient, now: @escaping @Sendable () -> Date = { Date() }) {
        self.init(now: now) { (request) throws(TransferError) in try await client.send(request) }
    }

    var keptCount: Int { state.withLock { $0.kept.count } }

    /// The certificate at an address that was found to be allowed; nil where it cannot be had now.
    func certificate(at url: String) async -> SigningCertificate? {
        let time = Int64(now().timeIntervalSince1970)
        let known = state.withLock { state -> (isKnown: Bool, certificate: SigningCertificate?) in
            if let entry = state.kept[url], entry.until > time { return (true, entry.certificate) }
            guard state.underWay < Self.fetchesMax else { return (true, nil) }
            state.underWay += 1
            return (false, nil)
        }
        guard !known.isKnown else { return known.certificate }
        let certificate = await fetch(url)
        state.withLock { state in
            state.underWay -= 1
            state.kept = state.kept.filter { $0.value.until > time }
            if state.kept.count >= Self.keptMax,
                let soonest = state.kept.min(by: { $0.value.until < $1.value.until })
            {
                state.kept[soonest.key] = nil
            }
            let seconds = certificate == nil ? Self.failedSeconds : Self.keptSeconds
            state.kept[url] = Entry(certificate: certificate, until: time + seconds)
        }
        return certificate
    }

    private func fetch(_ url: String) async -> SigningCertificate? {
        var request = HTTPRequest(url: url)
        request.timeouts = Self.timeouts
        request.limits = ResponseLimits(keptBytesMax: SigningCertificate.pemBytesMax)
        guard let response = try? await send(request), response.status == 200 else { return nil }
        return try? SigningCertificate(pem: response.body)
    }

    /// Visits the address that confirms a subscription; whether SNS took it.
    func confirm(_ url: String) async -> Bool {
        var request = HTTPRequest(url: url)
        request.timeouts = Self.timeouts
        let response = try? await send(request)
        return response?.status == 200
    }
}
