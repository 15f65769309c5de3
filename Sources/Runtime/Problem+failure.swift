import Artifacts
import Contracts

extension Problem {
    /// What a record tells of a failure; causes that are nobody's business but the log's are only named.
    init(failure error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as ArtifactError: self = Self.of(error)
        default:
            self = Problem(.internalError, detail: "An unexpected failure; the gateway's log has the cause.")
        }
    }

    private static func of(_ error: ArtifactError) -> Problem {
        switch error.code {
        case .notFound: Problem(.artifactMissing, detail: "An artifact is missing: \(error.description).")
        case .malformed, .tooLarge, .digestMismatch, .rangeOutside:
            Problem(.artifactInvalid, detail: "An artifact breaks its contract: \(error.description).")
        case .closed, .ioFailed, .foreign:
            Problem(.internalError, detail: "The artifact store failed: \(error.description).")
        }
    }
}
