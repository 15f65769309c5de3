/// An error as services of AWS tell it in their JSON protocol: its name stands in the body.
enum AWSTrouble {
    private struct Told: Decodable {
        enum CodingKeys: String, CodingKey {
            case type = "__type"
            case message = "Message"
            case text = "message"
        }

        var type: String?
        var message: String?
        var text: String?
    }

    /// The name of an error, without the namespace before it.
    static func name(_ bytes: [UInt8]) -> String? {
        let type = (try? AnswerJSON.decode(Told.self, bytes))?.type
        return type?.split(separator: "#").last.map(String.init)
    }

    /// The error's name and what the service says of it.
    static func words(_ bytes: [UInt8]) -> String? {
        guard let read = try? AnswerJSON.decode(Told.self, bytes) else { return nil }
        let parts = [name(bytes), read.message ?? read.text].compactMap(\.self)
        return ProviderWords.first(parts.joined(separator: ": "))
    }
}
