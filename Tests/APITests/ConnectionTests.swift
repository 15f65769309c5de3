import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import API

@Suite struct ConnectionTests {
    @Test func `bytes that are no request get a problem document`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let port = client.port
            for text in ["\u{16}\u{3}\u{1} hello\r\n\r\n", "GET /healthz HTTP/1.1\r\nbad header\r\n\r\n"] {
                let answer = try await RawConnection.exchange(port: port, text: text)

                #expect(answer.hasPrefix("HTTP/1.1 400 "))
                #expect(answer.lowercased().contains("content-type: application/problem+json"))
                #expect(answer.contains("problems/malformed-request"))
                #expect(answer.contains("\"request_id\":\"req_"))
            }
            #expect(try await client.get("/healthz").status == 200)
        }
    }

    @Test func `a client that goes on sending after its answer is cut off`() throws {
        let channel = EmbeddedChannel(handler: UnreadBodyHandler(lingerSeconds: 10))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        try channel.writeInbound(Self.head)
        try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "a part")))
        try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .unauthorized)))
        try channel.writeOutbound(HTTPResponsePart.end(nil))

        channel.embeddedEventLoop.advanceTime(by: .seconds(9))
        try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "another")))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test func `a client whose body ends soon after the answer keeps its connection`() throws {
        let channel = EmbeddedChannel(handler: UnreadBodyHandler(lingerSeconds: 10))
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        for isEarly in [true, false] {
            try channel.writeInbound(Self.head)
            if !isEarly { try channel.writeInbound(HTTPRequestPart.end(nil)) }
            try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
            try channel.writeOutbound(HTTPResponsePart.end(nil))
            channel.embeddedEventLoop.advanceTime(by: .seconds(5))
            if isEarly { try channel.writeInbound(HTTPRequestPart.end(nil)) }
        }
        channel.embeddedEventLoop.advanceTime(by: .seconds(60))

        #expect(channel.isActive)
    }

    @Test func `a body must come with a least pace after its grace`() {
        #expect(!BodyPace.isTooSlow(received: 1, after: .seconds(60)))
        #expect(BodyPace.isTooSlow(received: 1, after: .seconds(61)))
        #expect(!BodyPace.isTooSlow(received: 2 << 30, after: .seconds(3_600)))
        #expect(BodyPace.isTooSlow(received: 1 << 20, after: .seconds(3_600)))
    }

    private static let head = HTTPRequestPart.head(
        HTTPRequest(method: .put, scheme: "http", authority: "x", path: "/v1/assets")
    )
}
