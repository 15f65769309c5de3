package import Contracts
import Foundation
import Postgres

extension Store {
    /// So many old keys sign beside the current ones of an endpoint at most: each makes every message larger.
    package static let oldKeysMax = 10

    /// The keys of an endpoint; nil when the tenant has no such endpoint.
    package func endpointKeys(tenantId: String, id: String) async throws -> EndpointKeysView? {
        try await pool.transaction { transaction in
            let rows = try transaction.query(
                """
                SELECT secret
                FROM endpoints
                WHERE tenant_id = \(tenantId) AND id = \(id) AND deleted_at IS NULL
                """
            )
            guard let row = rows.first else { return nil }
            return try transaction.endpointKeys(id, secret: try row.get("secret"))
        }
    }

    /// Gives an endpoint a new current key, once per idempotency key; the old one signs on for a time.
    ///
    /// Keys that were replaced before end no later than this one, so that a short overlap ends all of them.
    package func rotateKey(
        tenantId: String,
        endpointId: String,
        rotation: KeyRotation,
        claim: IdempotencyClaim?,
        respond: @escaping @Sendable (EndpointKeysView) throws -> StoredResponse
    ) async throws -> IdempotencyOutcome {
        try await pool.transaction { transaction in
            try Self.once(transaction, claim: claim) {
                let rows = try transaction.query(
                    """
                    SELECT secret
                    FROM endpoints
                    WHERE tenant_id = \(tenantId) AND id = \(endpointId) AND deleted_at IS NULL
                    FOR NO KEY UPDATE
                    """
                )
                guard let row = rows.first else {
                    throw Problem(.notFound, detail: "There is no such object, or it is not yours.")
                }
                let firstEnd = try transaction.firstEndOfOldKeys(endpointId)
                try transaction.shortenOldKeys(endpointId, rotation)
                switch rotation.key {
                case .secret(let new):
                    try transaction.replaceSecret(
                        endpointId,
                        old: try row.get("secret"),
                        new: new,
                        overlapSeconds: rotation.overlapSeconds
                    )
                case .pair(let new):
                    try transaction.replacePair(endpointId, new, overlapSeconds: rotation.overlapSeconds)
                }
                try transaction.checkOldKeys(endpointId, firstEnd: firstEnd)
                let secret = rotation.scheme == .v1 ? rotation.secret : try row.get("secret")
                return try respond(try transaction.endpointKeys(endpointId, secret: secret))
            }
        }
    }
}

extension Transaction {
    /// Gives an endpoint whose row is locked an Ed25519 key, or takes it away.
    func changePair(of endpointId: String, _ change: PairChange) throws {
        switch change {
        case .keep: break
        case .add(let pair):
            try insertPair(endpointId, pair)
        case .remove:
            try execute("DELETE FROM endpoint_keys WHERE endpoint_id = \(endpointId) AND scheme = 'v1a'")
        }
    }

    /// Does nothing when there is a current one.
    private func insertPair(_ endpointId: String, _ pair: NewKeyPair) throws {
        try execute(
            """
            INSERT INTO endpoint_keys (id, endpoint_id, scheme, secret, public_key)
            VALUES (\(ResourceID.make(.key)), \(endpointId), 'v1a', \(pair.secret), \(pair.publicKey))
            ON CONFLICT (endpoint_id, scheme) WHERE expires_at IS NULL DO NOTHING
            """
        )
    }

    fileprivate func endpointKeys(_ id: String, secret: String) throws -> EndpointKeysView {
        let rows = try query(
            """
            SELECT scheme, public_key, expires_at
            FROM endpoint_keys
            WHERE endpoint_id = \(id) AND (expires_at IS NULL OR expires_at > now())
            ORDER BY expires_at, id
            """
        )
        var view = EndpointKeysView(secret: secret, publicKey: nil, old: [])
        for row in rows {
            let publicKey: String? = try row.get("public_key")
            if let expiresAt = try row.get("expires_at", as: Date?.self) {
                let scheme = WebhookScheme(rawValue: try row.get("scheme")) ?? .v1
                view.old.append(.init(scheme: scheme, publicKey: publicKey, expiresAt: expiresAt))
            } else {
                view.publicKey = publicKey
            }
        }
        return view
    }

    /// When the first of the old keys that sign ends; nil when there is none.
    fileprivate func firstEndOfOldKeys(_ endpointId: String) throws -> Date? {
        try query(
            """
            SELECT min(expires_at) AS first
            FROM endpoint_keys
            WHERE endpoint_id = \(endpointId) AND expires_at > now()
            """
        )[0].get("first")
    }

    /// Lets older keys of the scheme end no later than the one that is replaced now, and removes what has ended.
    fileprivate func shortenOldKeys(_ endpointId: String, _ rotation: KeyRotation) throws {
        try execute(
            """
            UPDATE endpoint_keys
            SET expires_at = least(expires_at, now() + \(rotation.overlapSeconds) * interval '1 second')
            WHERE endpoint_id = \(endpointId) AND scheme = \(rotation.scheme.rawValue) AND expires_at IS NOT NULL
            """
        )
        try execute(
            """
            DELETE FROM endpoint_keys
            WHERE endpoint_id = \(endpointId) AND (expires_at <= now() OR secret = \(rotation.secret) AND expires_at IS NOT NULL)
            """
        )
    }

    fileprivate func replaceSecret(
        _ endpointId: String,
        old: String,
        new: String,
        overlapSeconds: Int
    ) throws {
        guard new != old else { throw Self.sameKey }
        try execute(
            "UPDATE endpoints SET secret = \(new), updated_at = \(Store.later) WHERE id = \(endpointId)"
        )
        guard overlapSeconds > 0 else { return }
        try execute(
            """
            INSERT INTO endpoint_keys (id, endpoint_id, scheme, secret, expires_at)
            VALUES (\(ResourceID.make(.key)), \(endpointId), 'v1', \(old),
                now() + \(overlapSeconds) * interval '1 second')
            """
        )
    }

    fileprivate func replacePair(_ endpointId: String, _ new: NewKeyPair, overlapSeconds: Int) throws {
        let rows = try query(
            """
            UPDATE endpoint_keys
            SET expires_at = now() + \(overlapSeconds) * interval '1 second'
            WHERE endpoint_id = \(endpointId) AND scheme = 'v1a' AND expires_at IS NULL
            RETURNING secret
            """
        )
        guard let row = rows.first else {
            throw Problem(
                .conflict,
                detail: "The endpoint has no Ed25519 key to replace. "
                    + "PATCH /v1/webhook-endpoints/\(endpointId) with \"signatures\": [\"v1\", \"v1a\"] gives it one."
            )
        }
        guard try row.get("secret", as: String.self) != new.secret else { throw Self.sameKey }
        try execute("DELETE FROM endpoint_keys WHERE endpoint_id = \(endpointId) AND expires_at <= now()")
        try insertPair(endpointId, new)
        try execute("UPDATE endpoints SET updated_at = \(Store.later) WHERE id = \(endpointId)")
    }

    /// Refuses a rotation that leaves too many old keys; `firstEnd` is when one ends by itself if nothing is changed.
    fileprivate func checkOldKeys(_ endpointId: String, firstEnd: Date?) throws {
        let row = try query(
            """
            SELECT count(*) AS n
            FROM endpoint_keys
            WHERE endpoint_id = \(endpointId) AND expires_at IS NOT NULL
            """
        )[0]
        guard try row.get("n", as: Int.self) > Store.oldKeysMax, let firstEnd else { return }
        throw Problem(
            .conflict,
            detail:
                "\(Store.oldKeysMax) old keys of the endpoint still sign, which is the most; nothing was changed. Wait until "
                + "\(Timestamp.format(firstEnd)), when the first of them ends, or rotate now with \"overlap_seconds\": 0: that "
                + "ends the old keys of this scheme at once, and what receivers refuse until they have the new one is tried again."
        )
    }

    private static var sameKey: Problem {
        let detail = "is the current key of the endpoint; give another one, or leave it out and one is made"
        return Problem(
            .invalidRequest,
            detail: "/secret: \(detail)",
            errors: [Problem.Detail(pointer: "/secret", detail: detail)]
        )
    }
}
