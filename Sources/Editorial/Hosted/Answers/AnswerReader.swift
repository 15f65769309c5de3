/// Reads the members of one object of an answer, and notes everything wrong with it.
struct AnswerReader {
    let pointer: String
    private let members: [String: JSONTree]
    private(set) var faults: [AnswerFault] = []

    /// An object without members where `tree` is something else.
    init(_ tree: JSONTree, at pointer: String, knows names: Set<String>) {
        self.pointer = pointer
        guard case .object(let members) = tree else {
            self.members = [:]
            faults = [AnswerFault(pointer: pointer, detail: "must be an object")]
            return
        }
        self.members = members
        for name in members.keys.sorted() where !names.contains(name) {
            // The name is the model's, so it may be anything.
            note(String(name.prefix(40)), "is not asked for")
        }
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let tree = required(name) else { return nil }
        guard let value = tree.integerValue, range.contains(value) else {
            note(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return value
    }

    mutating func text(_ name: String) -> String? {
        guard let tree = required(name) else { return nil }
        if tree.stringValue == nil { note(name, "must be a string") }
        return tree.stringValue
    }

    mutating func texts(_ name: String) -> [String]? {
        guard let tree = required(name) else { return nil }
        let texts = tree.elements?.compactMap(\.stringValue)
        guard let texts, texts.count == tree.elements?.count else {
            note(name, "must be an array of strings")
            return nil
        }
        return texts
    }

    mutating func note(_ name: String, _ detail: String) {
        faults.append(AnswerFault(pointer: "\(pointer)/\(name)", detail: detail))
    }

    mutating func note(_ faults: [AnswerFault]) {
        self.faults += faults
    }

    private mutating func required(_ name: String) -> JSONTree? {
        if members[name] == nil { note(name, "is required") }
        return members[name]
    }
}

extension AnswerReader {
    /// The elements of `moments` of an answer; a fault where there are none to read.
    static func moments(of answer: String, countMax: Int) -> Result<[JSONTree], AnswerFault> {
        guard let tree = JSONTree(parsing: Array(unwrapped(answer).utf8)) else {
            return .failure(AnswerFault(pointer: "", detail: "is no JSON document"))
        }
        guard let moments = tree["moments"]?.elements else {
            return .failure(AnswerFault(pointer: "/moments", detail: "must be an array of moments"))
        }
        guard moments.count <= countMax else {
            return .failure(AnswerFault(pointer: "/moments", detail: "has more than \(countMax) moments"))
        }
        return .success(moments)
    }

    /// The answer without the Markdown fence that some models put around JSON.
    private static func unwrapped(_ answer: String) -> Substring {
        let text = answer.drop(while: \.isWhitespace)
        guard text.hasPrefix("```"), let line = text.firstIndex(where: \.isNewline),
            let end = text[line...].lastRange(of: "```")
        else { return text }
        return text[line..<end.lowerBound]
    }
}

extension AnswerFault: Error {}

extension Substring {
    fileprivate func lastRange(of mark: String) -> Range<Index>? {
        ranges(of: mark).last
    }
}
