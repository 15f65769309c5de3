import Contracts
import Foundation
import Testing

/// No payload is larger than receivers take, whatever is in it, and what is left out is left out in the order of the guide.
@Suite struct ThinEventTests {
    private typealias Content = EventEnvelope.Content

    /// A part of an event: whether it is there, and how it is made too large.
    private struct Part: Sendable {
        let name: String
        let isThere: @Sendable (Content) -> Bool
        let swell: @Sendable (inout Content, String) -> Void
    }

    private static let parts = [
        Part(name: "outputs", isThere: { $0.outputs != nil }, swell: { $0.outputs?[0].title = $1 }),
        Part(
            name: "output",
            isThere: { $0.output != nil },
            swell: { $0.output?.error = Problem(.internalError, detail: $1) }
        ),
        Part(
            name: "run",
            isThere: { $0.run != nil },
            swell: { $0.run?.error = Problem(.internalError, detail: $1) }
        ),
        Part(name: "plan", isThere: { $0.plan != nil }, swell: { $0.plan?.url += $1 }),
        Part(
            name: "endpoint",
            isThere: { $0.endpoint != nil },
            swell: { $0.endpoint?.description = $1 }
        ),
        Part(name: "reason", isThere: { $0.reason != nil }, swell: { $0.reason = $1 }),
    ]

    private static let edge = EventEnvelope.payloadBytesMax

    private static func example(_ type: EventType) throws -> EventEnvelope {
        let data = try ContractFiles.data("contracts/examples/events/\(type.rawValue).json")
        var event = try WireJSON.decode(EventEnvelope.self, from: data)
        (event.id, event.data.links) = (nil, nil)
        return event
    }

    private static let id = "msg_01kavwc2d4f6h8k0m2p4r6t8v0"

    /// The payload as JSON, which is never too large and always valid.
    private static func payload(of event: EventEnvelope) throws -> (bytes: Int, json: JSONValue) {
        let data = try event.payload(messageId: id)
        let json = try JSONValue(data)
        let path = "contracts/events/\(event.type.rawValue).schema.json"
        #expect(data.count <= edge)
        #expect(try SchemaChecker(path: path).problems(json) == [], "\(event.type)")
        #expect(json["id"]?.string == id && json["data"]?["links"]?.object?.isEmpty == false)
        return (data.count, json)
    }

    @Test(arguments: EventType.allCases)
    func `whichever parts are too large, they go in their order, and no part after them`(
        type: EventType
    )
        throws
    {
        let event = try Self.example(type)
        let text = String(repeating: "x", count: Self.edge)
        let present = Self.parts.filter { $0.isThere(event.data) }
        for swollen in 1..<(1 << present.count) {
            var large = event
            for (place, part) in present.enumerated() where swollen & (1 << place) != 0 {
                part.swell(&large.data, text)
            }

            let (_, json) = try Self.payload(of: large)

            let last = swollen.bitWidth - 1 - swollen.leadingZeroBitCount
            #expect(json["thin"] == .bool(true))
            #expect(Self.members(json) == Set(present.dropFirst(last + 1).map(\.name)), "\(swollen)")
        }
    }

    /// JSON writes the first with six bytes, the second with two and the last with four.
    @Test(arguments: EventType.allCases, ["\u{1}", "\"", "\u{2028}", "🎬"])
    func `letters that JSON makes longer are counted as they are sent`(type: EventType, letter: String) throws
    {
        var event = try Self.example(type)
        let text = String(repeating: letter, count: Self.edge / letter.utf8.count)
        for part in Self.parts where part.isThere(event.data) { part.swell(&event.data, text) }

        let (bytes, json) = try Self.payload(of: event)

        #expect(bytes < 1_024 && json["thin"] == .bool(true) && Self.members(json).isEmpty)
    }

    private static func members(_ json: JSONValue) -> Set<String> {
        Set((json["data"]?.object ?? [:]).keys).subtracting(["links"])
    }

    @Test(arguments: EventType.allCases)
    func `at the edge an event is whole, one byte beyond it is thin`(type: EventType) throws {
        let event = try Self.example(type)
        let present = Self.parts.filter { $0.isThere(event.data) }
        for part in present {
            var bare = event
            part.swell(&bare.data, "x")
            let room = Self.edge - (try bare.payload(messageId: Self.id).count)
            func filled(_ count: Int) throws -> (bytes: Int, json: JSONValue) {
                var full = event
                part.swell(&full.data, String(repeating: "x", count: count))
                return try Self.payload(of: full)
            }

            let whole = try filled(1 + room)
            #expect(whole.bytes == Self.edge && whole.json["thin"] == nil, "\(part.name)")
            #expect(Self.members(whole.json) == Set(present.map(\.name)))
            let thin = try filled(2 + room)
            // The first goes, whichever it is that is large.
            #expect(thin.json["thin"] == .bool(true))
            #expect(Self.members(thin.json) == Set(present.dropFirst().map(\.name)), "\(part.name)")
        }
    }

    @Test func `a hundred shorts with long titles, reasons, errors and links make a thin event with its run`()
        throws
    {
        var event = try Self.example(.deliveryPartiallyFailed)
        let one = try #require(event.data.outputs?.first)
        event.data.outputs = (0..<100).map { number in
            var output = one
            output.ordinal = number + 1
            output.title = String(repeating: "\u{7f}é", count: 60)
            output.reason = String(repeating: "\u{1}", count: 500)
            output.error = Problem(.internalError, detail: String(repeating: "\"", count: 2_000))
            return output
        }

        let (bytes, json) = try Self.payload(of: event)

        #expect(json["thin"] == .bool(true) && bytes < 8_192)
        #expect(json["data"]?["outputs"] == nil && json["data"]?["run"] != nil)
        #expect(json["data"]?["links"]?["outputs"] != nil)
    }

    @Test func `the guide, the schemas and the API tell the order in which parts are left out`() throws {
        let names = Self.parts.map { "`\($0.name)`" }.joined(separator: ", ")
        let texts = [
            try ContractFiles.text("webhooks/README.md"), try ContractFiles.text("contracts/openapi.yaml"),
            try ContractFiles.text("contracts/events/definitions.schema.json"),
        ]

        for text in texts {
            let words = text.split { $0.isWhitespace }.joined(separator: " ")
            #expect(words.contains(names))
        }
    }
}
