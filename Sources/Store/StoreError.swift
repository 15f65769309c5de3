/// What is wrong with a call or with a row, as opposed to a lost race, which is no error.
package enum StoreError: Error, Equatable, CustomStringConvertible {
    case malformedRecord(String)
    /// A composition without a single short; such a run could never end.
    case noShorts
    /// A task is asked to publish a rendition whose file is not among its artifacts.
    case missingArtifact(String)

    package var description: String {
        switch self {
        case .malformedRecord(let what): "\(what) does not hold what it should"
        case .noShorts: "a composition needs at least one short"
        case .missingArtifact(let name): "artifact '\(name)' is not among those of the task"
        }
    }
}
