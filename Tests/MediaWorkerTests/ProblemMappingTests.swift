import Contracts
import Media
import Testing

@testable import MediaWorker

@Suite struct ProblemMappingTests {
    @Test(arguments: MediaError.Code.allCases)
    func `what is wrong with media has its own problem`(code: MediaError.Code) {
        let expected: Problem.Slug =
            switch code {
            case .notMedia: .sourceNotMedia
            case .empty: .sourceEmpty
            case .truncated: .sourceTruncated
            case .noVideo: .sourceNoVideo
            case .noAudio: .sourceNoAudio
            case .unsupported: .sourceUnsupported
            case .decodeFailed: .sourceUnreadable
            case .tooLong: .sourceTooLong
            case .limitExceeded: .sourceOverLimit
            case .cancelled: .cancelled
            case .io, .outOfMemory, .encodeFailed, .invalidRequest: .stageFailed
            }

        let problem = ProblemMapping.problem(for: MediaError(code, "words"))

        #expect(problem.slug == expected.rawValue)
        #expect(problem.detail == "words")
        #expect(problem.retryable == [.io, .outOfMemory, .cancelled].contains(code))
    }
}
