import Contracts
import Foundation
import Testing

@testable import Artifacts

@Suite struct StoreSweepTests {
    private static let paths = [
        "ten_a/run_1/plan/1/plan.json", "ten_a/run_1/plan/10/plan.json", "ten_a/run_2/x.json",
    ]

    private func filled(_ kind: StoreKind) async throws -> StoreUnderTest {
        let tested = try await StoreUnderTest(kind)
        for path in Self.paths + ["ten_b/assets/y"] {
            try await tested.store.write(Array("{}".utf8), to: location(path))
        }
        _ = try await tested.store.stagingFile()
        return tested
    }

    @Test(arguments: StoreKind.allCases)
    func `files are walked in parts that go on where the last one ended`(kind: StoreKind) async throws {
        let tested = try await filled(kind)
        let store = tested.store

        var walked: [String] = []
        var mark: String?
        repeat {
            let files = try await store.files(after: mark, limit: 1)
            walked += files.map(\.location.path)
            mark = files.last?.location.path
        } while mark != nil

        #expect(walked == Self.paths + ["ten_b/assets/y"])
        #expect(try await store.files(after: nil, limit: 100).map(\.location.path) == walked)
        // The file at the mark may be gone by the time that the walk goes on.
        #expect(
            try await store.files(after: "ten_a/run_1/plan/5/gone", limit: 1).map(\.location.path) == [
                Self.paths[2]
            ]
        )
    }

    @Test(arguments: StoreKind.allCases)
    func `a file is removed only when nobody wrote it since`(kind: StoreKind) async throws {
        let tested = try await filled(kind)
        let (store, first) = (tested.store, try location(Self.paths[0]))

        #expect(try await !store.remove(first, unlessChangedSince: Date().addingTimeInterval(-60)))
        #expect(try await store.exists(first))
        #expect(try await store.remove(first, unlessChangedSince: Date().addingTimeInterval(60)))
        #expect(try await !store.exists(first))
        #expect(try await !store.remove(first, unlessChangedSince: Date().addingTimeInterval(60)))
        // One whose path only begins like it stays.
        let second = try location(Self.paths[1])
        try await store.delete(second)
        let longer = try location(Self.paths[1] + ".bak")
        try await store.write([1], to: longer)
        #expect(try await !store.remove(second, unlessChangedSince: Date().addingTimeInterval(60)))
        #expect(try await store.exists(longer))
    }

    @Test(arguments: StoreKind.allCases)
    func `the modification time is when a file was written`(kind: StoreKind) async throws {
        let tested = try await filled(kind)

        for file in try await tested.store.files(after: nil, limit: 10) {
            #expect(abs(file.modifiedAt.timeIntervalSinceNow) < 120)
        }
    }
}
