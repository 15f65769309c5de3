import Postgres
import Testing
import Threads

@testable import Store

@Suite struct GroupCommitTests {
    private struct Refused: Error {}

    /// What came in, group by group; the first group waits until `release` is called.
    private final class Ledger: Sendable {
        let groups = Locked<[[Int]]>([])
        private let gate = WakeSignal()
        private let isOpen = Locked(false)

        /// Returns when the first group is being written.
        func firstGroup() async {
            while groups.withLock(\.isEmpty) { await Task.yield() }
        }

        func release() {
            isOpen.withLock { $0 = true }
            gate.wake()
        }

        func write(_ items: [Int]) async {
            let isFirst = groups.withLock { groups in
                groups.append(items)
                return groups.count == 1
            }
            while isFirst, !isOpen.withLock(\.self) { await gate.wait(atMostMs: 10) }
        }
    }

    @Test func `what queues while a group commits goes into the next one`() async throws {
        let ledger = Ledger()
        let group = GroupCommit<Int, Int>(itemsMax: 8, flushesMax: 1) { items, _ in
            await ledger.write(items)
            return items.map { $0 * 10 }
        }

        let outcomes = try await withThrowingTaskGroup(of: (Int, Int).self) { tasks in
            tasks.addTask { (0, try await group.commit(0)) }
            await ledger.firstGroup()
            for item in 1..<17 { tasks.addTask { (item, try await group.commit(item)) } }
            while group.waitingCount < 16 { await Task.yield() }
            ledger.release()
            return try await tasks.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }

        #expect(outcomes.count == 17)
        #expect(outcomes.allSatisfy { $0.value == $0.key * 10 })
        #expect(ledger.groups.withLock { $0.map(\.count) } == [1, 8, 8])
    }

    @Test func `beside a group only one as large begins, of four items at least`() async throws {
        let ledger = Ledger()
        let group = GroupCommit<Int, Int>(itemsMax: 8, flushesMax: 2) { items, _ in
            await ledger.write(items)
            return items
        }

        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { _ = try await group.commit(0) }
            await ledger.firstGroup()
            for item in 1..<4 { tasks.addTask { _ = try await group.commit(item) } }
            while group.waitingCount < 3 { await Task.yield() }
            #expect(ledger.groups.withLock { $0 } == [[0]])

            tasks.addTask { _ = try await group.commit(4) }
            while ledger.groups.withLock({ $0.count }) < 2 { await Task.yield() }

            #expect(ledger.groups.withLock { $0.map(\.count) } == [1, 4])
            ledger.release()
            try await tasks.waitForAll()
        }
    }

    @Test func `one bad item fails alone`() async throws {
        let ledger = Ledger()
        let group = GroupCommit<Int, Int>(flushesMax: 1) { items, _ in
            await ledger.write(items)
            if items.contains(3) { throw Refused() }
            return items
        }

        let failed = await withTaskGroup(of: Int?.self) { tasks in
            for item in 0..<6 {
                tasks.addTask {
                    do { return try await group.commit(item) == item ? nil : item } catch { return item }
                }
                if item == 0 { await ledger.firstGroup() }
            }
            while group.waitingCount < 5 { await Task.yield() }
            ledger.release()
            return await tasks.reduce(into: [Int]()) { failed, item in if let item { failed.append(item) } }
        }

        #expect(failed == [3])
    }

    @Test func `an item whose lock is held waits beside the groups, and holds nobody`() async throws {
        let ledger = Ledger()
        let patient = Ledger()
        let group = GroupCommit<Int, Int>(flushesMax: 1) { items, isPatient in
            if isPatient {
                await patient.write(items)
            } else {
                await ledger.write(items)
                guard !items.contains(3) else {
                    throw PostgresError(code: .refused, message: "held", sqlState: "55P03")
                }
            }
            return items
        }

        async let held = group.commit(3)
        await ledger.firstGroup()
        let others = (4..<20).map { item in Task { try await group.commit(item) } }
        while group.waitingCount < others.count { await Task.yield() }
        ledger.release()
        for other in others { _ = try await other.value }
        // Nor does a later one wait, nor those that share its group.
        #expect(try await group.commit(20) == 20)
        await patient.firstGroup()
        patient.release()

        #expect(try await held == 3)
        #expect(patient.groups.withLock { $0 } == [[3]])
    }

    @Test func `a lost connection fails the group at once, since nobody knows what was committed`() async {
        let ledger = Ledger()
        let group = GroupCommit<Int, Int>(flushesMax: 1) { items, _ in
            await ledger.write(items)
            throw PostgresError(code: .connectionLost, message: "gone")
        }
        ledger.release()

        await #expect(throws: PostgresError.self) { try await group.commit(1) }
        #expect(ledger.groups.withLock { $0 } == [[1]])
    }
}
