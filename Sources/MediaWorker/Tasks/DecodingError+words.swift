extension DecodingError {
    /// What is wrong and where, without the type names of this program.
    package var plainWords: String {
        let (context, what): (Context, String)
        switch self {
        case .keyNotFound(let key, let found): (context, what) = (found, "'\(key.stringValue)' is missing")
        case .valueNotFound(_, let found): (context, what) = (found, "a value is missing")
        case .typeMismatch(_, let found): (context, what) = (found, "a value has the wrong type")
        case .dataCorrupted(let found): (context, what) = (found, found.debugDescription)
        @unknown default: return "it cannot be read"
        }
        let place = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
        return place.isEmpty ? what : "\(what) at /\(place.joined(separator: "/"))"
    }
}
