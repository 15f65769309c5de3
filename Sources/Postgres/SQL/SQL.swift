/// One SQL statement whose interpolated values are sent apart from its text.
///
/// ```swift
/// let sql: SQL = "SELECT id FROM runs WHERE tenant_id = \(tenant) AND state = \(state)"
/// // SELECT id FROM runs WHERE tenant_id = $1 AND state = $2
/// ```
package struct SQL: Sendable, ExpressibleByStringInterpolation {
    /// The statement with `$1`, `$2` and so on in the place of its values.
    package private(set) var text: String
    private(set) var bindings: [Binding] = []

    package init(stringLiteral value: String) {
        text = value
    }

    package init(stringInterpolation: StringInterpolation) {
        text = ""
        for part in stringInterpolation.parts { add(part) }
    }

    /// A statement of constant text, such as a migration.
    package init(unescaped text: String) {
        self.text = text
    }

    /// Appends another piece; its values are numbered after those that are here.
    package static func += (statement: inout SQL, addition: SQL) {
        statement.add(.statement(addition))
    }

    private mutating func add(_ part: Part) {
        switch part {
        case .text(let constant):
            text += constant
        case .value(let binding):
            bindings.append(binding)
            text += "$\(bindings.count)"
        case .statement(let other):
            text += other.renumbered(after: bindings.count)
            bindings += other.bindings
        }
    }

    private func renumbered(after count: Int) -> String {
        guard count > 0, !bindings.isEmpty else { return text }
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[...dollar]
            rest = rest[rest.index(after: dollar)...]
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let number = Int(digits) else { continue }
            result += String(number + count)
            rest = rest[digits.endIndex...]
        }
        return result + rest
    }
}

extension SQL {
    /// A value beside the statement, encoded, with its Postgres type; no bytes are SQL NULL.
    struct Binding: Sendable {
        let type: SQLType
        let bytes: [UInt8]?
    }

    enum Part: Sendable {
        case text(String)
        case value(Binding)
        case statement(SQL)
    }

    package struct StringInterpolation: StringInterpolationProtocol {
        var parts: [Part] = []

        package init(literalCapacity: Int, interpolationCount: Int) {
            parts.reserveCapacity(interpolationCount * 2 + 1)
        }

        package mutating func appendLiteral(_ literal: String) {
            if !literal.isEmpty { parts.append(.text(literal)) }
        }

        /// Binds a value.
        package mutating func appendInterpolation<Value: SQLValue>(_ value: Value) {
            parts.append(.value(Binding(type: Value.sqlType, bytes: value.encoded())))
        }

        /// Binds a value, or NULL of its type.
        package mutating func appendInterpolation<Value: SQLValue>(_ value: Value?) {
            parts.append(.value(Binding(type: Value.sqlType, bytes: value?.encoded())))
        }

        /// Binds a list as an array.
        package mutating func appendInterpolation<Value: SQLArrayElement>(_ values: [Value]) {
            let bytes = SQLArray.encode(values.map { $0.encoded() }, type: Value.sqlType)
            parts.append(.value(Binding(type: Value.arrayType, bytes: bytes)))
        }

        /// Binds a list with gaps as an array with NULLs.
        package mutating func appendInterpolation<Value: SQLArrayElement>(_ values: [Value?]) {
            let bytes = SQLArray.encode(values.map { $0?.encoded() }, type: Value.sqlType)
            parts.append(.value(Binding(type: Value.arrayType, bytes: bytes)))
        }

        /// Puts another statement's text and values here.
        package mutating func appendInterpolation(_ statement: SQL) {
            parts.append(.statement(statement))
        }

        /// Puts constant text here; never give it anything from outside.
        package mutating func appendInterpolation(unescaped text: String) {
            parts.append(.text(text))
        }
    }
}
