import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

/// The bench measures the database by statements in files: they must be what the store asks.
@Suite struct BenchStatementTests {
    private static let tenantId = "ten_00000000000000000000000001"

    private static func text(_ name: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let file = root.appendingPathComponent("scripts/benches/pgbench/\(name)")
        return try String(contentsOf: file, encoding: .utf8)
    }

    /// What `POST /v1/runs` makes of the request that the load generator sends.
    private static var run: NewRun {
        NewRun(
            tenantId: tenantId,
            workflow: .shortsV1,
            sourceAssetId: nil,
            sourceUrl: "https://media.example.com/talks/2024/episode-0042.mp4",
            style: StylePin(
                package: "vertical-captions",
                version: 7,
                digest: String(repeating: "5", count: 64)
            ),
            options: RunOptions(
                shorts: ShortsOptions(
                    maxCount: 40,
                    minDurationMs: 15_000,
                    maxDurationMs: 60_000,
                    aspectRatios: AspectRatio.allCases,
                    keywords: [],
                    excludeRangesMs: []
                ),
                review: .none,
                language: nil,
                providers: ProviderChoice()
            )
        )
    }

    @Test func `the statement of the bench accepts a run as the store does`() async throws {
        let fixture = try await Fixture.make()
        let pool = fixture.database.pool
        let claim = IdempotencyClaim(
            tenantId: Self.tenantId,
            key: "k",
            route: "POST /v1/runs",
            fingerprint: [UInt8](repeating: 1, count: 32)
        )

        _ = try await fixture.store.acceptRun(Self.run, claim: claim)
        try await pool.execute(SQL(unescaped: try Self.text("accept.sql")))

        let kinds: [(table: String, own: [String], count: Int)] = [
            ("runs", ["id", "created_at", "started_at"], 1),
            ("jobs", ["id", "run_id", "not_before"], 12),
            ("events", ["sequence", "id", "run_id", "created_at"], 1),
            ("idempotency_keys", ["key", "fingerprint", "run_id", "created_at", "body"], 1),
        ]
        for (table, own, count) in kinds {
            let rows = try await pool.query(
                """
                SELECT count(*) AS rows, count(DISTINCT to_jsonb(t) - \(own)) AS kinds
                FROM \(unescaped: table) t
                """
            )
            #expect(try rows[0].get("rows", as: Int.self) == 2 * count, "\(table)")
            #expect(try rows[0].get("kinds", as: Int.self) == count, "\(table)")
        }
        let answers = try await pool.query(
            """
            SELECT DISTINCT regexp_replace(convert_from(body, 'UTF8'), 'run_[0-9a-z]{26}', '') AS answer
            FROM idempotency_keys
            """
        ).map { try $0.get("answer", as: String.self) }
        #expect(answers.count == 1, "\(answers)")
    }
}
