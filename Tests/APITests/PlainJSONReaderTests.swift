import Foundation
import Testing

@testable import API

@Suite struct PlainJSONReaderTests {
    private static let documents = [
        #"{"source":{"url":"https://a.example.com/v.mp4"},"style":{"package":"default","version":"3.2.1"}}"#,
        #" { "a" : [ 1 , -2 , 30 , true , false , null , "é 日本 😀" , { } , [ ] ] } "#,
        "0", "-0", "10", "-7", "007", "1.0", "1.5", "1e3", "123456789012345678", "1234567890123456789012",
        "-",
        "\"\"", "\"\u{7F}\"", "\"a\\nb\"", "\"\\u00e9\"", "\"open", "\"tab\tinside\"", "tru", "truex", "nul",
        "[1,]", "[,1]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "[1] 2", "", " ",
        "\u{FEFF}1",
        String(repeating: "[", count: 20) + String(repeating: "]", count: 20),
        "[1 2]", "{}{}", "--1", "+1", ".5", "1.", "[true,false,null]", "\r\n\t[ ]\r\n",
    ]

    @Test(arguments: documents)
    func `it says of a document what the coder says, or nothing`(text: String) {
        let data = Data(text.utf8)
        let decoded = try? JSONValue(decoding: data)
        if let plain = PlainJSONReader.read(data) { #expect(plain == decoded) }
        #expect((try? JSONValue(parsing: data)) == decoded)
    }

    @Test func `it reads what clients send`() {
        for text in Self.documents.prefix(2) { #expect(PlainJSONReader.read(Data(text.utf8)) != nil) }
    }

    @Test func `bytes that are no text are nothing to it`() {
        for bytes: [UInt8] in [
            [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x5B, 0x00, 0x5D], [0xFE, 0xFF, 0x00, 0x31],
        ] {
            #expect(PlainJSONReader.read(Data(bytes)) == nil)
        }
    }

    @Test func `whatever is changed in a document, the two agree`() {
        let document = Array(Self.documents[1].utf8)
        for place in document.indices {
            for byte: UInt8 in [
                0, 0x20, 0x22, 0x2C, 0x2D, 0x30, 0x3A, 0x5B, 0x5C, 0x5D, 0x65, 0x7B, 0x7D, 0xC3,
            ] {
                var changed = document
                changed[place] = byte
                guard let plain = PlainJSONReader.read(Data(changed)) else { continue }
                #expect(plain == (try? JSONValue(decoding: Data(changed))))
            }
        }
    }
}
