import Contracts
import Media
import Testing

@testable import MediaWorker

@Suite struct RatioFailureTests {
    private let hopeless = RatioFailure(
        aspectRatio: .square,
        error: MediaError(.invalidRequest, "the crop leaves the picture")
    )
    private let unlucky = RatioFailure(
        aspectRatio: .landscape,
        error: MediaError(.io, "the disk is full")
    )

    @Test func `another attempt is worth it where it may bring one of the ratios`() {
        #expect(RatioFailure.problem(of: [hopeless]).retryable == false)
        #expect(RatioFailure.problem(of: [unlucky]).retryable == true)
        let both = RatioFailure.problem(of: [hopeless, unlucky])
        #expect(both.retryable == true && both.slug == "render-failed")
        #expect(both.detail == "1:1: the crop leaves the picture; 16:9: the disk is full")
    }

    @Test func `the short's report says of a ratio why it is not there`() {
        let check = unlucky.check

        #expect(check.name == "rendered" && check.aspectRatio == .landscape && !check.passed)
        #expect(check.detail == "the disk is full; wanted a file")
    }
}
