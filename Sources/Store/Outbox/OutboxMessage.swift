import Contracts
import Foundation

/// A message that is about to be written.
struct OutboxMessage {
    let id: String
    let runId: String?
    let type: EventType
    let payload: Data
    let createdAt: Date
}
