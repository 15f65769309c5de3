package import Foundation
package import Signatures

/// One header `t=<seconds>,v1=<hexadecimal>`: an HMAC-SHA256 over the time, a full stop and the body, as Mux sends it.
package struct TimedHeaderVerifier: CallbackVerifier {
    package static let toleranceSeconds: Int64 = 300
    package static let partsMax = 16
    package let header: String
    private let key: Secret
    private let now: @Sendable () -> Date

    package init(
        header: String = "mux-signature",
        key: Secret,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.header = header
        self.key = key
        self.now = now
    }

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        .judging(trust: .signed) { () throws(CallbackDoubt) in
            guard !key.reveal().isEmpty else { throw CallbackDoubt("there is no key") }
            let parts = try callback.single(header).split(separator: ",")
            guard parts.count <= Self.partsMax else {
                throw CallbackDoubt("header '\(header)' has too many parts")
            }
            let times = parts.filter { $0.hasPrefix("t=") }.map { $0.dropFirst(2) }
            guard let time = times.first, times.count == 1 else {
                throw CallbackDoubt("header '\(header)' has no time, or several")
            }
            try CallbackDoubt.checkAge(
                of: time,
                now: Int64(now().timeIntervalSince1970),
                toleranceSeconds: Self.toleranceSeconds
            )
            let expected = HMACSHA256.code(
                of: Array("\(time).".utf8) + callback.body,
                key: Array(key.reveal().utf8)
            )
            // Several while a key is replaced; each is looked at, so time does not tell which matched.
            var isMatch = false
            for part in parts where part.hasPrefix("v1=") {
                if ConstantTime.equals(Hex.decode(part.dropFirst(3)) ?? [], expected) { isMatch = true }
            }
            guard isMatch else { throw CallbackDoubt.mismatch }
            return callback.digestId
        }
    }
}
