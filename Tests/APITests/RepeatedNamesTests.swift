import Contracts
import Foundation
import HTTPTypes
import Testing

@testable import API

/// Objects that have a name more than once, which readers understand in different ways.
@Suite struct RepeatedNamesTests {
    @Test(arguments: [
        (#"{"a":1,"a":1}"#, ["/a"]), (#"{"a":1.5,"b":2,"a":null}"#, ["/a"]),
        (#"{"a":1,"\u0061":2}"#, ["/a"]), (#"{"a\nb":1,"a\u000ab":2}"#, ["/a\nb"]),
        (#"{"\ud83d\ude00":1,"😀":2}"#, ["/😀"]), (#"{"a/b~":1,"a/b~":2}"#, ["/a~1b~0"]),
        // The same to a person, and to a dictionary.
        (#"{"e\u0301":1,"\u00e9":2}"#, ["/é"]), ("{\"e\u{301}\":1,\"é\":2}", ["/é"]),
        (#"{"":1,"":2}"#, ["/"]), (#"{"x":[{},{"a":{"b":1,"c":0,"b":2}}]}"#, ["/x/1/a/b"]),
        (#"[[0,{"a":1}],{"b":"\"","a":"}","a":"{"}]"#, ["/1/a"]),
        (#"{"a":1,"a":2,"a":{"b":1,"b":2}}"#, ["/a", "/a", "/a/b"]),
        (#" { "a" : 1 , "b" : [ 1 , 2 ] , "b" : "," } "#, ["/b"]),
        ("\u{FEFF}{\"a\":1,\"a\":2}", ["/a"]),
    ])
    func `each one is found where it is`(text: String, pointers: [String]) throws {
        let data = Data(text.utf8)

        #expect(RepeatedNames.find(in: data) == pointers)
        // What the coder does not read at all is no document.
        if (try? JSONValue(decoding: data)) != nil {
            #expect(throws: JSONValue.Repeated(pointers: pointers)) { try JSONValue(parsing: data) }
        }
    }

    @Test(arguments: [
        #"{"a":{"a":{"a":1.5}},"b":[{"a":1},{"a":2}],"c":"a","A":"\"a\":1,\"a\":2"}"#, #"{"a":"\\","b":"a"}"#,
        #"[1.5,"a","a",{"a":"a"},["a","a"]]"#, #"{"a":[],"b":{},"c":[[],{}],"d":-0.0}"#, "1.5", #""a\n""#,
    ])
    func `names of different objects, and values, are none`(text: String) throws {
        let data = Data(text.utf8)

        #expect(RepeatedNames.find(in: data).isEmpty)
        #expect(try JSONValue(parsing: data) == JSONValue(decoding: data))
    }

    @Test func `text that is cut or changed anywhere is read to its end`() {
        let text = Array(#"{"a":[{"b\"":1.5},"\u00e9",{}],"c":{"d":null,"d":[]}}"#.utf8)
        for length in text.indices { _ = RepeatedNames.find(in: Data(text[..<length])) }
        for place in text.indices {
            for byte: UInt8 in [0x22, 0x2C, 0x5B, 0x5C, 0x5D, 0x7B, 0x7D, 0xFF] {
                var changed = text
                changed[place] = byte
                _ = RepeatedNames.find(in: Data(changed))
            }
        }
    }

    @Test func `they are told by the hundred`() {
        let members = String(repeating: #""a":1,"#, count: 1_000)

        #expect(RepeatedNames.find(in: Data("{\(members)\"b\":1}".utf8)).count == Findings.countMax)
    }

    @Test func `a name without end is not told back whole`() {
        let name = String(repeating: "n", count: 100_000)

        let found = RepeatedNames.find(in: Data(#"{"\#(name)":{"a":1,"a":2,"a":3}}"#.utf8))

        #expect(found.map(\.count) == [1_000, 1_000])
    }

    @Test func `text in another encoding than UTF-8 is no document`() throws {
        let text = #"{"a":1,"a":2}"#
        for encoding: String.Encoding in [.utf16, .utf16LittleEndian, .utf16BigEndian, .utf32LittleEndian] {
            let data = try #require(text.data(using: encoding))
            #expect(throws: (any Error).self) { try JSONValue(parsing: data) }
        }
    }

    @Test func `no route takes a body that could be understood in two ways`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let hook = #"{"url":"https://hooks.example.com/a"}"#
            let endpoint = try await client.post("/v1/webhook-endpoints", hook).decode(EndpointView.self)
            let path = "/v1/webhook-endpoints/\(endpoint.id)"
            let bodies: [(String, String, String)] = [
                (
                    "/v1/runs",
                    #"{"source":{"url":"https://a.example.com/v","url":"https://b.example.com/v"}}"#,
                    "/source/url"
                ),
                ("/v1/runs", #"{"metadata":{"a":"1","a":"1"},"source":{}}"#, "/metadata/a"),
                (
                    "/v1/webhook-endpoints",
                    #"{"url":"https://hooks.example.com/a","headers":{"x":"1","x":"2"}}"#,
                    "/headers/x"
                ),
                ("\(path)/rotate-secret", #"{"overlap_seconds":1,"overlap_seconds":0}"#, "/overlap_seconds"),
                ("\(path)/replay", #"{"since":"2026-11-24T09:00:00Z","since":null}"#, "/since"),
                ("\(path)/test", #"{"a":1,"a":1}"#, "/a"),
                ("/v1/ops/reconcile", #"{"all":true,"all":true}"#, "/all"),
            ]
            for (route, body, pointer) in bodies {
                let answer = try await client.post(route, body)
                #expect(answer.status == 422, "\(route)")
                #expect(try answer.problem.slug == "invalid-request")
                #expect(try answer.pointers == [pointer])
            }
            let patched = try await client.send(
                .patch,
                path,
                headers: [.contentType: "application/json"],
                body: #"{"ordering":"run","ordering":"none"}"#
            )
            #expect(try patched.pointers == ["/ordering"])
            let first = try await client.get(path).decode(EndpointView.self)
            #expect(first.ordering == EndpointOrdering.none)
        }
    }
}
