import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct SQLTests {
    @Test func `interpolated values become numbered bindings, across nested statements too`() {
        let condition: SQL = "b = \(2) AND c = \("three")"
        let sql: SQL =
            "SELECT a FROM t WHERE a = \(true) AND \(condition) AND d = \(4) \(unescaped: "LIMIT 1")"

        #expect(sql.text == "SELECT a FROM t WHERE a = $1 AND b = $2 AND c = $3 AND d = $4 LIMIT 1")
    }

    @Test func `a value can never end the text around it`() async throws {
        let database = try await TestDatabase.makeEmpty()
        let hostile = "x'; DROP TABLE t; -- $1 \\ \u{0001}"

        let rows = try await database.pool.query("SELECT \(hostile) AS value")

        #expect(try rows[0].get("value", as: String.self) == hostile)
    }

    @Test func `every type comes back as it was bound`() async throws {
        let database = try await TestDatabase.makeEmpty()
        let (id, date) = (UUID(), Date(timeIntervalSince1970: 1_800_000_000.125))
        let absent: String? = nil
        let gaps: [String?] = ["a", nil]

        let row = try await database.pool.query(
            """
            SELECT \("é\n") AS text, \("") AS empty, \(Int.min) AS low, \(true) AS truth, \(-1.5) AS real,
                \(id) AS id, \(date) AS date, \(SQLBytes([0, 255])) AS bytes, \(SQLJSON("{\"a\": [1]}")) AS json,
                \(["x", "y,\""]) AS texts, \([1, 2]) AS ints, \([String]()) AS none, \(absent) AS absent,
                \(gaps)::text[] IS NOT NULL AS gaps, 7::smallint AS small, 8::integer AS four
            """
        )[0]

        #expect(try row.get("text", as: String.self) == "é\n")
        #expect(try row.get("empty", as: String.self) == "")
        #expect(try row.get("low", as: Int.self) == Int.min)
        #expect(try row.get("truth", as: Bool.self))
        #expect(try row.get("real", as: Double.self) == -1.5)
        #expect(try row.get("id", as: UUID.self) == id)
        #expect(try row.get("date", as: Date.self) == date)
        #expect(try row.get("bytes", as: SQLBytes.self) == SQLBytes([0, 255]))
        #expect(try row.get("json", as: SQLJSON.self) == SQLJSON("{\"a\": [1]}"))
        #expect(try row.get("texts", as: [String].self) == ["x", "y,\""])
        #expect(try row.get("ints", as: [Int].self) == [1, 2])
        #expect(try row.get("none", as: [String].self) == [])
        #expect(try row.get("absent", as: String?.self) == nil)
        #expect(try row.get("gaps", as: Bool.self))
        #expect(try row.get("small", as: Int.self) == 7)
        #expect(try row.get("four", as: Int.self) == 8)
    }

    @Test func `reading a missing, null or unlike column says so`() async throws {
        let database = try await TestDatabase.makeEmpty()
        let row = try await database.pool.query("SELECT 1::bigint AS a, NULL::text AS b")[0]

        #expect(throws: PostgresError.self) { try row.get("nothing", as: Int.self) }
        #expect(throws: PostgresError.self) { try row.get("a", as: String.self) }
        #expect(throws: PostgresError.self) { try row.get("b", as: String.self) }
    }
}
