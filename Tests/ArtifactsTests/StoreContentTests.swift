import Contracts
import Foundation
import Signatures
import Testing

@testable import Artifacts

/// That a store gives back what was recorded, and says so where it does not.
@Suite struct StoreContentTests {
    @Test(arguments: StoreKind.allCases)
    func `JSON is read back only as what was recorded`(kind: StoreKind) async throws {
        let tested = try await StoreUnderTest(kind)
        let store = tested.store
        let pin = StylePin(package: "default", version: 1, digest: "d")
        let content = try await store.write(json: pin, to: location())

        let read = try await store.readJSON(StylePin.self, from: location(), sha256: content.sha256)

        #expect(read == pin)
        let tampered = await #expect(throws: ArtifactError.self) {
            try await store.readJSON(StylePin.self, from: location(), sha256: SHA256Digest.hex([1]))
        }
        #expect(tampered?.code == .digestMismatch)
        let malformed = await #expect(throws: ArtifactError.self) {
            try await store.readJSON(Plan.self, from: location())
        }
        #expect(malformed?.code == .malformed)
        let long = await #expect(throws: ArtifactError.self) {
            try await store.readJSON(StylePin.self, from: location(), bytesMax: 10)
        }
        #expect(long?.code == .tooLarge)
    }

    @Test(arguments: StoreKind.allCases)
    func `a file verifies only with all of its recorded bytes`(kind: StoreKind) async throws {
        let tested = try await StoreUnderTest(kind)
        let store = tested.store
        let bytes = pattern(600_000)
        let content = try await store.write(bytes, to: location())
        func verify(_ place: ArtifactLocation, sizeBytes: Int64) async throws {
            try await store.verify(place, sha256: content.sha256, sizeBytes: sizeBytes)
        }

        try await verify(location(), sizeBytes: 600_000)
        let short = await #expect(throws: ArtifactError.self) {
            try await verify(location(), sizeBytes: 599_999)
        }
        #expect(short?.code == .digestMismatch)
        var changed = bytes
        changed[599_999] ^= 1
        try await store.write(changed, to: location())
        let spoilt = await #expect(throws: ArtifactError.self) {
            try await verify(location(), sizeBytes: 600_000)
        }
        #expect(spoilt?.code == .digestMismatch)
        let missing = await #expect(throws: ArtifactError.self) {
            try await verify(location("ten_1/run_1/plan/2/plan.json"), sizeBytes: 600_000)
        }
        #expect(missing?.code == .notFound)
    }
}
