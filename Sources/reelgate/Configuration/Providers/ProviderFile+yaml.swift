import API
import Yams

/// A YAML document that says what the same JSON would say.
enum YAMLDocument {
    /// Why a document cannot be taken: the end of a sentence that shows nothing of its content.
    struct Malformed: Error {
        let words: String
    }

    static func read(_ text: String) throws(Malformed) -> JSONValue {
        let root: Node?
        do {
            root = try compose(yaml: text)
        } catch YamlError.duplicatedKeysInMapping(let names, let context) {
            let line = context.mark.line
            throw Malformed(words: "has a member twice near line \(line): \(names.joined(separator: ", "))")
        } catch YamlError.scanner(_, _, let mark, _) {
            throw Malformed(words: "is no YAML at line \(mark.line)")
        } catch YamlError.parser(_, _, let mark, _) {
            throw Malformed(words: "is no YAML at line \(mark.line)")
        } catch {
            throw Malformed(words: "is no YAML")
        }
        return try root.map(value) ?? .object([:])
    }

    private static func value(_ node: Node) throws(Malformed) -> JSONValue {
        switch node {
        case .scalar(let scalar): return value(scalar, node)
        case .sequence(let sequence):
            var elements: [JSONValue] = []
            for element in sequence { elements.append(try value(element)) }
            return .array(elements)
        case .mapping(let mapping):
            var members: [String: JSONValue] = [:]
            for (name, member) in mapping {
                guard let name = name.scalar?.string else {
                    throw Malformed(words: "has a member whose name is no text")
                }
                members[name] = try value(member)
            }
            return .object(members)
        case .alias: throw Malformed(words: "has an alias that stands for nothing")
        }
    }

    /// Plain words may be numbers and truths, quoted ones are texts.
    private static func value(_ scalar: Node.Scalar, _ node: Node) -> JSONValue {
        guard scalar.style == .plain else { return .string(scalar.string) }
        if node.null != nil { return .null }
        if let flag = node.bool { return .bool(flag) }
        if let number = node.int { return .integer(number) }
        if let number = node.float { return .number(number) }
        return .string(scalar.string)
    }
}
