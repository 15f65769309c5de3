import Foundation
import Postgres

/// The eight hexadecimal digits that the lease tokens of one gateway begin with.
///
/// The other bits of a token are random, so it fences as well as one that is random as a whole, and no column has to
/// say whose lease it is.
package struct LeaseMark: Sendable, Hashable {
    let text: String

    /// A mark that no other gateway has, but for one chance in four billion.
    package init() {
        text = String(UUID().uuidString.lowercased().prefix(8))
    }

    /// A token that is made here.
    func makeToken() -> UUID {
        UUID(uuidString: text + UUID().uuidString.dropFirst(text.count)) ?? UUID()
    }

    /// The expression that makes a token.
    var token: SQL { "overlay(gen_random_uuid()::text PLACING \(text) FROM 1 FOR 8)::uuid" }
}

extension Store {
    /// The expression that makes the token of a new lease.
    var leaseToken: SQL { leaseMark?.token ?? "gen_random_uuid()" }
}
