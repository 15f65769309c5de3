import ArgumentParser
import Contracts

/// An argument that becomes a part of a path: that must not be put together from anything else.
enum PathArgument {
    /// `text` when it is the id of such an object.
    static func id(_ text: String, _ prefix: ResourceID.Prefix) throws -> String {
        guard ResourceID.isValid(text, prefix) else {
            throw ValidationError(
                "'\(text)' is not an id such as \(prefix.rawValue)_01jdf8w3n7q2k5m9x4c6v8b0az"
            )
        }
        return text
    }
}
