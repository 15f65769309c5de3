import Contracts

/// Reads the members of one JSON object and notes all that is wrong with them.
///
/// A member that is null counts as left out. `finish` reports members that nobody asked for.
struct ObjectReader {
    let pointer: String
    private let members: [String: JSONValue]
    private var asked: Set<String> = []

    /// Nil, with a finding, when `value` is no object.
    init?(_ value: JSONValue, at pointer: String, findings: inout Findings) {
        guard case .object(let members) = value else {
            findings.add(pointer, "expected an object, found \(value.kindName)")
            return nil
        }
        self.members = members
        self.pointer = pointer
    }

    /// The JSON pointer of a member (RFC 6901).
    func pointer(to name: String) -> String { Self.pointer(to: name, in: pointer) }

    static func pointer(to name: String, in pointer: String) -> String {
        let isPlain = !name.utf8.contains { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }
        let part = isPlain ? name : name.replacing("~", with: "~0").replacing("/", with: "~1")
        return "\(pointer)/\(part)"
    }

    /// A member as it is, nil when it is left out or null.
    mutating func value(_ name: String) -> JSONValue? {
        asked.insert(name)
        guard let value = members[name], value != .null else { return nil }
        return value
    }

    /// Whether a member is there and null, where that means to clear something.
    mutating func isNull(_ name: String) -> Bool {
        asked.insert(name)
        return members[name] == .null
    }

    mutating func string(
        _ name: String,
        lengthMax: Int = 255,
        findings: inout Findings
    ) -> String? {
        guard let value = value(name) else { return nil }
        return Self.string(value, at: pointer(to: name), lengthMax: lengthMax, findings: &findings)
    }

    /// Text of one line: what is shown in one place or becomes a part of another text.
    mutating func line(
        _ name: String,
        lengthMax: Int = 255,
        findings: inout Findings
    ) -> String? {
        guard let text = string(name, lengthMax: lengthMax, findings: &findings) else { return nil }
        return Self.isLine(text, at: pointer(to: name), findings: &findings) ? text : nil
    }

    static func isLine(_ text: String, at pointer: String, findings: inout Findings) -> Bool {
        if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
            findings.add(pointer, "contains a control character, such as a line break")
            return false
        }
        if text.allSatisfy(\.isWhitespace) {
            findings.add(pointer, "has nothing to read")
            return false
        }
        return true
    }

    mutating func integer(
        _ name: String,
        in range: ClosedRange<Int>,
        findings: inout Findings
    ) -> Int? {
        guard let value = value(name) else { return nil }
        guard case .integer(let number) = value else {
            findings.add(pointer(to: name), "expected an integer, found \(value.kindName)")
            return nil
        }
        guard range.contains(number) else {
            findings.add(pointer(to: name), "must be from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    mutating func boolean(_ name: String, findings: inout Findings) -> Bool? {
        guard let value = value(name) else { return nil }
        guard case .bool(let truth) = value else {
            findings.add(pointer(to: name), "expected true or false, found \(value.kindName)")
            return nil
        }
        return truth
    }

    mutating func object(_ name: String, findings: inout Findings) -> ObjectReader? {
        guard let value = value(name) else { return nil }
        return ObjectReader(value, at: pointer(to: name), findings: &findings)
    }

    /// The elements of an array with their pointers.
    mutating func array(
        _ name: String,
        countMax: Int,
        findings: inout Findings
    ) -> [(pointer: String, value: JSONValue)]? {
        guard let value = value(name) else { return nil }
        guard case .array(let elements) = value else {
            findings.add(pointer(to: name), "expected an array, found \(value.kindName)")
            return nil
        }
        guard elements.count <= countMax else {
            findings.add(pointer(to: name), "has more than \(countMax) elements")
            return nil
        }
        return elements.enumerated().map { ("\(pointer(to: name))/\($0.offset)", $0.element) }
    }

    /// Reports every member that was not asked for.
    func finish(findings: inout Findings) {
        for name in members.keys.sorted() where !asked.contains(name) {
            findings.add(pointer(to: name), "is not a member that is known here")
        }
    }

    /// The names of all members, for maps whose keys are the client's own.
    var names: [String] { members.keys.sorted() }

    static func string(
        _ value: JSONValue,
        at pointer: @autoclosure () -> String,
        lengthMax: Int,
        findings: inout Findings
    ) -> String? {
        guard case .string(let text) = value else {
            findings.add(pointer(), "expected a string, found \(value.kindName)")
            return nil
        }
        guard !text.isEmpty else {
            findings.add(pointer(), "must not be empty")
            return nil
        }
        guard text.utf8.count <= lengthMax || text.unicodeScalars.count <= lengthMax else {
            findings.add(pointer(), "is longer than \(lengthMax) characters")
            return nil
        }
        // Postgres cannot hold it, and no honest text has it.
        guard !text.utf8.contains(0) else {
            findings.add(pointer(), "contains a zero character")
            return nil
        }
        return text
    }
}
