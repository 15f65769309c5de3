/// Ids that providers give, on their way into the path of a request.
enum ProviderId {
    static let bytesMax = 128

    /// The id where it may stand in a path as it is, nil for any other.
    static func plain(_ id: String) -> String? {
        let isPlain = id.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                || $0 == 0x2d || $0 == 0x5f
        }
        return isPlain && (1...bytesMax).contains(id.utf8.count) ? id : nil
    }

    /// The id that an answer gives; an answer without a usable one breaks its contract.
    static func required(_ id: String?) throws(AnswerFault) -> String {
        guard let id, let plain = plain(id) else { throw AnswerFault("it has no id that can be used") }
        return plain
    }
}
