package import Foundation
package import Signatures
package import Store

extension ClaimedDelivery {
    /// What an attempt at `now` is signed with; nil when one of the keys cannot be read.
    package func signingKeys(at now: Date) -> [WebhookSigningKey]? { keys.signing(at: now) }
}

extension [SigningKey] {
    /// Those that have not expired at `now`; nil when one of them cannot be read.
    package func signing(at now: Date) -> [WebhookSigningKey]? {
        let seconds = Int64(now.timeIntervalSince1970)
        do throws(SignatureError) {
            var keys: [WebhookSigningKey] = []
            for key in self where key.expiresAt.map({ $0 > seconds }) ?? true {
                keys.append(try WebhookSigningKey(parsing: key.secret))
            }
            return keys
        } catch {
            return nil
        }
    }
}
