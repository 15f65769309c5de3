import Contracts

/// An event whose subscribers are to be told, beside the line in the log.
struct Announcement {
    let type: EventType
    let runId: String
    let outputId: String?
}
