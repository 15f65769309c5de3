import Contracts
import Foundation
import OutboundHTTP
import Testing

@testable import API

/// Whom a run names for its transcription.
@Suite struct ProviderPreferenceTests {
    private func read(_ providers: String) throws -> (choice: ProviderChoice?, findings: [String]) {
        var names = ProviderNames()
        names.transcription = ["a", "b", "c", "d", "e", "f"]
        let reader = RunRequestReader(providers: names, addressPolicy: .publicOnly)
        var findings = Findings()
        let body = #"{"source":{"url":"https://example.com/a.mp4"},"providers":\#(providers)}"#
        let request = reader.read(try JSONValue(parsing: Data(body.utf8)), findings: &findings)
        return (request?.providers, findings.all.map { "\($0.detail.pointer) \($0.detail.detail)" })
    }

    @Test func `one name and a list of names are told apart on the wire only`() throws {
        #expect(try read(#"{"transcription":"a"}"#).choice?.transcription?.names == ["a"])
        #expect(try read(#"{"transcription":["a"]}"#).choice?.transcription?.names == ["a"])
        let several = try read(#"{"transcription":["b","a"],"transcription_pick":"best"}"#)
        #expect(several.choice?.transcription?.names == ["b", "a"])
        #expect(several.choice?.transcriptionPick == .best)
        #expect(several.findings.isEmpty)
    }

    @Test func `a choice is kept as it was told`() throws {
        for (choice, text) in [
            (ProviderChoice(transcription: "a"), #"{"transcription":"a"}"#),
            (
                ProviderChoice(transcription: ProviderPreference(["a", "b"]), transcriptionPick: .best),
                #"{"transcription":["a","b"],"transcription_pick":"best"}"#
            ),
        ] {
            #expect(String(decoding: try WireJSON.encode(choice), as: UTF8.self) == text)
            #expect(try WireJSON.decode(ProviderChoice.self, from: WireJSON.encode(choice)) == choice)
        }
    }

    @Test(arguments: [
        (#"{"transcription":["a","x"]}"#, "/providers/transcription/1 no such provider"),
        (#"{"transcription":"x"}"#, "/providers/transcription no such provider"),
        (#"{"transcription":[]}"#, "/providers/transcription must name a provider"),
        (#"{"transcription":["a","a"]}"#, "/providers/transcription/1 is named twice"),
        (#"{"transcription":["a",1]}"#, "/providers/transcription/1 expected a string"),
        (#"{"transcription":{}}"#, "/providers/transcription expected a string or an array"),
        (
            #"{"transcription":["a","b","c","d","e","f"]}"#,
            "/providers/transcription has more than 5 elements"
        ),
        (#"{"transcription_pick":"worst"}"#, "/providers/transcription_pick must be one of first, best"),
    ])
    func `what cannot be followed is refused, with its place`(providers: String, expected: String) throws {
        let findings = try read(providers).findings
        #expect(findings.count == 1)
        #expect(findings.first?.hasPrefix(expected) == true)
    }

    @Test func `five names are taken`() throws {
        let (choice, findings) = try read(#"{"transcription":["a","b","c","d","e"]}"#)
        #expect(findings.isEmpty && choice?.transcription?.names.count == 5)
    }
}
