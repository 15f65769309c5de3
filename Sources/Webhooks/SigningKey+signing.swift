package import Foundation
package import Signatures
import Store

extension [SigningKey] {
    /// What an attempt at `now` is signed with: those that have not expired; nil when one of them cannot be read.
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
