import Foundation
import Testing

@testable import Media

@Suite struct SpotCheckTests {
    let media: TestMedia

    init() throws { media = try TestMedia() }

    @Test func `the places grow with the length up to a bound`() {
        #expect(SpotCheck.Places(durationMs: 0).shares == [0, 0.475, 0.95])
        #expect(SpotCheck.Places(durationMs: 30_000).shares.count == 3)
        #expect(SpotCheck.Places(durationMs: 40_000).shares.count == 4)
        #expect(SpotCheck.Places(durationMs: 600_000).shares.count == 60)
        let longest = SpotCheck.Places(durationMs: 12 * 3_600_000)
        #expect(longest.shares.count == 60)
        #expect(longest.shares.last == 0.95)
        #expect(longest.shares.count * longest.packetsEach == 3_600)
    }

    @Test func `damage between the ends and the middle is found, and the file encoded again`() throws {
        let whole = try media.pattern("whole.mp4", seconds: 60)
        var bytes = try media.bytes(whole)
        // Some seconds from 21 s on, and only in the packets: the index stays whole.
        let packets = try #require(bytes.range(of: Data("mdat".utf8))).upperBound
        let length =
            try #require(bytes.range(of: Data("moov".utf8), options: .backwards)).lowerBound - packets
        for place in stride(from: packets + length * 35 / 100, to: packets + length * 44 / 100, by: 61) {
            bytes[place] ^= 0x55
        }
        let damaged = try media.write("damaged.mp4", bytes)

        let result = try Normalizer.normalize(source: damaged, to: media.path("out.mp4"))

        #expect(!result.videoWasCopied)
        #expect(result.reasons.contains("parts of it do not decode cleanly"))
        #expect(abs(result.measuredDurationMs - 60_000) <= 1_500)
    }
}
