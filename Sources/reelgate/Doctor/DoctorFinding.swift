import Contracts
import Foundation

/// One thing that `reelgate doctor` looked at.
struct DoctorFinding: Sendable, Hashable, Encodable {
    enum State: String, Sendable, Hashable, Encodable {
        case ok
        /// Works, but not as well as it could.
        case warning
        /// Something is not there that is needed.
        case missing
        /// It is there and does not work.
        case failed
    }

    let state: State
    let name: String
    /// What mends it, or what else there is to know.
    let detail: String?

    init(_ state: State, _ name: String, _ detail: String? = nil) {
        self.state = state
        self.name = name
        self.detail = detail
    }

    /// Whether everything can work with it.
    var isHealthy: Bool { state == .ok || state == .warning }

    /// As people read it.
    var text: String {
        let label = state.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0)
        return "\(label)\(name)\(detail.map { "\n        \($0)" } ?? "")"
    }
}
