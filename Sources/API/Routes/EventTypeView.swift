/// One line of the event catalog.
struct EventTypeView: Codable, Sendable, Hashable {
    let name: String
    let description: String
}
