import Foundation
import Glibc
import Postgres
import Testing

@Suite struct PrivateClusterTests {
    @Test func `a cluster keeps its rows from start to start, and is shared by a second starter`()
        async throws
    {
        let folder = "/tmp/reelgate-cluster-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }

        let first = try await PrivateCluster.start(dataDirectory: folder)
        let pool = PostgresPool(first.connectionString)
        try await pool.execute("CREATE TABLE t (id bigint)")
        try await pool.execute("INSERT INTO t VALUES (1)")
        let guest = try await PrivateCluster.start(dataDirectory: folder)
        await guest.stop()
        #expect(try await pool.query("SELECT id FROM t").count == 1)
        #expect(try await pool.query("SHOW fsync")[0].get("fsync", as: String.self) == "on")
        #expect(
            try await pool.query("SHOW listen_addresses")[0].get("listen_addresses", as: String.self) == ""
        )
        pool.close()
        await first.stop()

        let second = try await PrivateCluster.start(dataDirectory: folder)
        let again = PostgresPool(second.connectionString)
        #expect(try await again.query("SELECT id FROM t").count == 1)
        again.close()
        await second.stop()
    }

    @Test func `a process id file that some other process got is put aside`() async throws {
        let folder = "/tmp/reelgate-stale-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        await (try await PrivateCluster.start(dataDirectory: folder)).stop()
        try "\(getpid())\n".write(
            toFile: "\(folder)/postgres/data/postmaster.pid",
            atomically: true,
            encoding: .utf8
        )

        let cluster = try await PrivateCluster.start(dataDirectory: folder)
        let pool = PostgresPool(cluster.connectionString)
        #expect(try await pool.query("SELECT 1 AS one").count == 1)
        pool.close()
        await cluster.stop()
    }

    @Test func `a server that was left behind is adopted`() async throws {
        let folder = "/tmp/reelgate-left-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func startTime(_ cluster: PrivateCluster) async throws -> Date {
            let pool = PostgresPool(cluster.connectionString)
            defer { pool.close() }
            return try await pool.query("SELECT pg_postmaster_start_time() AS at")[0].get("at")
        }
        // Going without a stop is what a killed process does: its lock ends, its server stays.
        let left = try await startTime(try await PrivateCluster.start(dataDirectory: folder))

        let cluster = try await PrivateCluster.start(dataDirectory: folder)

        #expect(try await startTime(cluster) == left)
        await cluster.stop()
    }

    @Test func `a killed server comes back with all that was committed, and a pool goes on`() async throws {
        let folder = "/tmp/reelgate-killed-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var cluster: PrivateCluster? = try await PrivateCluster.start(dataDirectory: folder)
        let pool = PostgresPool(try #require(cluster).connectionString)
        try await pool.execute("CREATE TABLE t (id bigint)")
        try await pool.execute("INSERT INTO t VALUES (1)")
        let file = try String(contentsOfFile: "\(folder)/postgres/data/postmaster.pid", encoding: .utf8)
        let id = try #require(file.split(separator: "\n").first.flatMap { pid_t($0) })

        kill(id, SIGKILL)
        // In its last moment it may still answer, and would be adopted.
        while kill(id, 0) == 0 { try await Task.sleep(for: .milliseconds(5)) }
        cluster = nil
        let waiting = Task { try await pool.query("SELECT id FROM t") }
        let again = try await PrivateCluster.start(dataDirectory: folder)

        // What was under way at the kill may fail; what comes after must not.
        _ = try? await waiting.value
        #expect(try await pool.query("SELECT id FROM t").count == 1)
        pool.close()
        await again.stop()
    }

    @Test func `a server that is killed under a living process is started again by it`() async throws {
        let folder = "/tmp/reelgate-revived-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        func serverID() throws -> pid_t {
            let file = try String(contentsOfFile: "\(folder)/postgres/data/postmaster.pid", encoding: .utf8)
            return try #require(file.split(separator: "\n").first.flatMap { pid_t($0) })
        }
        let cluster = try await PrivateCluster.start(dataDirectory: folder)
        let pool = PostgresPool(cluster.connectionString)
        try await pool.execute("CREATE TABLE t (id bigint)")
        #expect(cluster.isOwner)
        #expect(try await !cluster.revive())
        let first = try serverID()

        kill(first, SIGKILL)
        while kill(first, 0) == 0 { try await Task.sleep(for: .milliseconds(5)) }

        #expect(try await cluster.revive())
        #expect(try serverID() != first)
        // A session of the dead server may still be in the pool.
        _ = try? await pool.query("SELECT id FROM t")
        #expect(try await pool.query("SELECT id FROM t").isEmpty)
        pool.close()
        await cluster.stop()
    }

    @Test func `a guest takes the server over when its owner has gone`() async throws {
        let folder = "/tmp/reelgate-guest-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let owner = try await PrivateCluster.start(dataDirectory: folder)
        let guest = try await PrivateCluster.start(dataDirectory: folder)
        #expect(owner.isOwner && !guest.isOwner)

        await owner.stop()

        #expect(try await guest.revive())
        #expect(guest.isOwner)
        let pool = PostgresPool(guest.connectionString)
        #expect(try await pool.query("SELECT 1 AS one").count == 1)
        pool.close()
        await guest.stop()
    }

    @Test func `a folder that the server's user cannot enter is served from another place`() async throws {
        guard geteuid() == 0 else { return }
        let folder = "/tmp/reelgate-closed-\(getpid())"
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        defer { try? FileManager.default.removeItem(atPath: folder) }

        let cluster = try await PrivateCluster.start(dataDirectory: folder)
        let location = try String(contentsOfFile: "\(folder)/postgres.location", encoding: .utf8)
        await cluster.stop()

        let home = location.trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(home.hasPrefix("/var/lib/reelgate/"))
        try FileManager.default.removeItem(atPath: home)
    }
}
