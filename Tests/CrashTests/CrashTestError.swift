/// Why a test of crashes could not go on.
enum CrashTestError: Error, CustomStringConvertible {
    case notInTime(String)
    case refused(Int, String)

    var description: String {
        switch self {
        case .notInTime(let what): "it did not come in time: \(what)"
        case .refused(let status, let body): "answered with \(status): \(body)"
        }
    }
}

/// How long something may take that is done in a second or two on a machine with nothing else to do.
let patienceSeconds = 240.0

/// Looks again and again until `condition` holds; throws after `seconds`.
func eventually(
    _ what: @autoclosure () -> String,
    seconds: Double = patienceSeconds,
    _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + .seconds(seconds)
    while try await !condition() {
        guard ContinuousClock.now < end else { throw CrashTestError.notInTime(what()) }
        try await Task.sleep(for: .milliseconds(20))
    }
}
