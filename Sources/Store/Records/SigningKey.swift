import Postgres

/// One key that signs the messages of an endpoint.
package struct SigningKey: Codable, Sendable, Hashable {
    /// `whsec_...` or `whsk_...`.
    package let secret: String

    /// In seconds since 1970; nil for a current key, which signs until it is replaced.
    package let expiresAt: Int64?

    package init(secret: String, expiresAt: Int64? = nil) {
        self.secret = secret
        self.expiresAt = expiresAt
    }

    /// Two columns of an endpoint `e`: its current secret, and all other keys that still sign, NULL where there are none.
    ///
    /// `[SigningKey](row)` reads them.
    static let columns = """
        e.secret,
        (
            SELECT jsonb_agg(
                jsonb_build_object('secret', k.secret, 'expires_at', floor(extract(epoch FROM k.expires_at)))
                ORDER BY k.expires_at DESC NULLS FIRST, k.id
            )
            FROM endpoint_keys k
            WHERE k.endpoint_id = e.id AND (k.expires_at IS NULL OR k.expires_at > now())
        ) AS other_keys
        """
}

extension [SigningKey] {
    /// Reads the columns of `SigningKey.columns`: the current secret first, then other current keys, then old ones.
    init(_ row: Row) throws {
        self = [SigningKey(secret: try row.get("secret"))]
        self += try row.optionalJSON("other_keys", as: [SigningKey].self) ?? []
    }
}
