import Contracts
import Foundation
import Testing

@Suite struct EventPayloadTests {
    private static let id = "msg_01kavwc2d4f6h8k0m2p4r6t8v0"

    private static func example(_ type: EventType) throws -> EventEnvelope {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(
            contentsOf: root.appending(path: "contracts/examples/events/\(type.rawValue).json")
        )
        var event = try WireJSON.decode(EventEnvelope.self, from: data)
        (event.id, event.data.links) = (nil, nil)
        return event
    }

    /// An event whose whole payload has exactly `bytes`.
    private static func event(bytes: Int) throws -> EventEnvelope {
        var event = try example(.deliveryCompleted)
        let missing = bytes - (try event.payload(messageId: id).count)
        event.data.outputs?[0].reason += String(repeating: "x", count: missing)
        return event
    }

    @Test(arguments: EventType.allCases)
    func `an example is what the gateway makes of its parts`(type: EventType) throws {
        let root = URL(filePath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let data = try Data(
            contentsOf: root.appending(path: "contracts/examples/events/\(type.rawValue).json")
        )
        let example = try #require(try JSONSerialization.jsonObject(with: data) as? NSDictionary)
        let id = try #require(example["id"] as? String)

        let payload = try Self.example(type).payload(messageId: id)

        #expect(try JSONSerialization.jsonObject(with: payload) as? NSDictionary == example)
    }

    @Test func `an event of 256 KiB is whole, and one byte more makes it thin`() throws {
        let edge = EventEnvelope.payloadBytesMax
        let whole = try Self.event(bytes: edge).payload(messageId: Self.id)
        let thin = try Self.event(bytes: edge + 1).payload(messageId: Self.id)

        #expect(whole.count == edge)
        let first = try WireJSON.decode(EventEnvelope.self, from: whole)
        #expect(first.thin == nil && first.id == Self.id && first.data.outputs != nil)
        #expect(thin.count < 8_192)
        let second = try WireJSON.decode(EventEnvelope.self, from: thin)
        #expect(second.thin == true && second.id == Self.id && second.data.outputs == nil)
        #expect(second.data.run == first.data.run && second.data.links == first.data.links)
        #expect(second.data.links?.outputs == "/v1/runs/\(first.data.run?.id ?? "")/outputs")
    }

    @Test func `only what is too large is left out`() throws {
        var event = try Self.example(.outputRendered)
        event.data.output?.reason = String(repeating: "x", count: EventEnvelope.payloadBytesMax)
        let lessOutput = try WireJSON.decode(
            EventEnvelope.self,
            from: try event.payload(messageId: Self.id)
        )
        #expect(lessOutput.thin == true && lessOutput.data.output == nil && lessOutput.data.run != nil)
        #expect(lessOutput.data.links?.output?.hasPrefix("/v1/outputs/out_") == true)

        event.data.run?.externalId = String(repeating: "é", count: EventEnvelope.payloadBytesMax)
        let payload = try event.payload(messageId: Self.id)
        let leastOfAll = try WireJSON.decode(EventEnvelope.self, from: payload)
        #expect(leastOfAll.data.run == nil && leastOfAll.data.links?.run?.hasPrefix("/v1/runs/run_") == true)
        #expect(payload.count < 1_024)
    }
}
