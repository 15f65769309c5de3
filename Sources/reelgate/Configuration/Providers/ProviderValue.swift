import API
import Foundation
import Signatures

/// A value of a member, as its form says.
enum ProviderValue: Sendable, Hashable {
    case text(String)
    case secret(Secret)
    case flag(Bool)
    case number(Int)
    case list([String])
    case pairs([String: String])

    /// As people may see it.
    var shown: String {
        switch self {
        case .text(let text): text
        case .secret: "(hidden)"
        case .flag(let flag): "\(flag)"
        case .number(let number): "\(number)"
        case .list(let list): list.joined(separator: ", ")
        case .pairs(let pairs):
            pairs.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
        }
    }
}

extension ProviderMember.Form {
    private static let textBytesMax = 2_048
    private static let secretBytesMax = 16 << 10
    private static let elementsMax = 100

    /// Reads a member of the file.
    func read(_ json: JSONValue, secrets: SecretSources) throws(ProviderFault) -> ProviderValue {
        switch (self, json) {
        case (.text, .string(let text)), (.word, .string(let text)), (.choice, .string(let text)),
            (.address, .string(let text)):
            return .text(try checked(text))
        case (.secret, .string(let text)): return .secret(Secret(try checked(text)))
        case (.secret, .object(let members)):
            return .secret(Secret(try checked(try secrets.read(members))))
        case (.flag, .bool(let flag)): return .flag(flag)
        case (.number, .integer(let number)): return .number(try checked(number))
        case (.list, .array(let elements)):
            var texts: [String] = []
            for element in elements { texts.append(try Self.text(element)) }
            return .list(try checked(texts))
        case (.pairs, .object(let members)):
            var pairs: [String: String] = [:]
            for (name, value) in members { pairs[name] = try Self.text(value) }
            return .pairs(try checked(pairs))
        default: throw ProviderFault("must be \(expected), not \(json.kindName)")
        }
    }

    /// Reads a variable.
    func read(text: String) throws(ProviderFault) -> ProviderValue {
        switch self {
        case .text, .word, .choice, .address: return .text(try checked(text))
        case .secret: return .secret(Secret(try checked(text)))
        case .flag:
            switch text.lowercased() {
            case "true", "1", "yes", "on": return .flag(true)
            case "false", "0", "no", "off": return .flag(false)
            default: throw ProviderFault("must be true or false")
            }
        case .number:
            guard let number = Int(text) else { throw ProviderFault("must be \(expected)") }
            return .number(try checked(number))
        case .list: return .list(try checked(Self.parts(text)))
        case .pairs:
            var pairs: [String: String] = [:]
            for part in Self.parts(text) {
                let halves = part.split(separator: "=", maxSplits: 1).map(String.init)
                guard halves.count == 2 else {
                    throw ProviderFault("must be name=text, with commas between several")
                }
                guard pairs.updateValue(halves[1], forKey: halves[0]) == nil else {
                    throw ProviderFault("names '\(Self.cut(halves[0]))' twice")
                }
            }
            return .pairs(try checked(pairs))
        }
    }

    /// What a value has to be, as people say it.
    private var expected: String {
        switch self {
        case .text, .word, .choice: "text"
        case .secret: #"text, {"env": "NAME"} or {"file": "path"}"#
        case .address: "the text of an address"
        case .flag: "true or false"
        case .number(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .list: "a list of texts"
        case .pairs: "an object of texts"
        }
    }

    private static func text(_ json: JSONValue) throws(ProviderFault) -> String {
        guard case .string(let text) = json else {
            throw ProviderFault("must only have texts, not \(json.kindName)")
        }
        return try line(text)
    }

    private static func line(_ text: String) throws(ProviderFault) -> String {
        guard !text.allSatisfy(\.isWhitespace) else { throw ProviderFault("has nothing in it") }
        guard text.utf8.count <= textBytesMax else {
            throw ProviderFault("is longer than \(textBytesMax) bytes")
        }
        let isLine = !text.unicodeScalars.contains { $0.properties.generalCategory == .control }
        guard isLine else { throw ProviderFault("contains a control character, such as a line break") }
        return text
    }

    private static func parts(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    private func checked(_ text: String) throws(ProviderFault) -> String {
        // What is wrong with a secret is told without any of it.
        if case .secret(let lengthMin, true) = self { return try Self.phrase(text, lengthMin: lengthMin) }
        let text = try Self.line(text)
        switch self {
        case .word:
            guard Self.isHeaderText(text) else {
                throw ProviderFault("has a blank or a character that no name has")
            }
        case .choice(let words):
            guard words.contains(text) else {
                throw ProviderFault("is '\(Self.cut(text))'; it must be \(words.joined(separator: " or "))")
            }
        case .secret(let lengthMin, _):
            guard Self.isHeaderText(text) else {
                throw ProviderFault("has a blank or a character that no key has")
            }
            return try Self.phrase(text, lengthMin: lengthMin)
        case .address: return try Self.address(text)
        case .text, .flag, .number, .list, .pairs: break
        }
        return text
    }

    private func checked(_ number: Int) throws(ProviderFault) -> Int {
        guard case .number(let range) = self, range.contains(number) else {
            throw ProviderFault("is \(number); it must be \(expected)")
        }
        return number
    }

    private func checked(_ list: [String]) throws(ProviderFault) -> [String] {
        guard !list.isEmpty else { throw ProviderFault("has nothing in it") }
        guard list.count <= Self.elementsMax else {
            throw ProviderFault("has more than \(Self.elementsMax) texts")
        }
        guard Set(list).count == list.count else { throw ProviderFault("has one text twice") }
        if case .list(let words?) = self, let other = list.first(where: { !words.contains($0) }) {
            throw ProviderFault(
                "has '\(Self.cut(other))'; it may have \(words.joined(separator: ", "))"
            )
        }
        return list
    }

    private func checked(_ pairs: [String: String]) throws(ProviderFault) -> [String: String] {
        guard !pairs.isEmpty else { throw ProviderFault("has nothing in it") }
        guard pairs.count <= Self.elementsMax else {
            throw ProviderFault("has more than \(Self.elementsMax) texts")
        }
        if case .pairs(let names?) = self,
            let other = pairs.keys.sorted().first(where: { !names.contains($0) })
        {
            throw ProviderFault(
                "names '\(Self.cut(other))'; it may name \(names.joined(separator: ", "))"
            )
        }
        return pairs
    }

    private static func address(_ text: String) throws(ProviderFault) -> String {
        let url = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let parts = URLComponents(string: url), ["http", "https"].contains(parts.scheme),
            parts.host?.isEmpty == false, parts.query == nil, parts.fragment == nil, parts.user == nil
        else { throw ProviderFault("must be an http or https address without a query") }
        return url
    }

    /// A secret of any text, as a passphrase or a private key in many lines.
    private static func phrase(_ text: String, lengthMin: Int) throws(ProviderFault) -> String {
        guard !text.allSatisfy(\.isWhitespace) else { throw ProviderFault("has nothing in it") }
        guard text.utf8.count >= lengthMin else {
            throw ProviderFault("must have \(lengthMin) characters or more")
        }
        guard text.utf8.count <= secretBytesMax else {
            throw ProviderFault("is longer than \(secretBytesMax) bytes")
        }
        return text
    }

    private static func isHeaderText(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
    }

    private static func cut(_ text: String) -> String { String(text.prefix(60)) }
}
