import Testing

@testable import Artifacts

@Suite struct XMLReaderTests {
    @Test func `elements, text and entities are read`() throws {
        let text = """
            <?xml version="1.0"?>
            <s3:a xmlns:s3="http://x/"> <b c="d">1 &lt;&amp;&gt; &quot;2&apos; &#65;&#x42;</b><e/><b>3</b></s3:a>\n
            """

        let root = try #require(XMLReader.read(Array(text.utf8)))

        #expect(root.name == "a")
        #expect(root.all("b").map(\.text) == ["1 <&> \"2' AB", "3"])
        #expect(root.text("e") == "")
        #expect(root["f"] == nil)
    }

    @Test(arguments: [
        "", "a", "<a>", "<a></b>", "<a><b></a></b>", "<a>&b;</a>", "<a>&amp</a>", "<a>&#xD800;</a>",
        "<a/><b/>",
        "<a/>x", "<!DOCTYPE a><a/>", "<a><!-- x --></a>", "<a><![CDATA[x]]></a>", "<?xml?", "< a/>", "<a",
        "</a>",
        "<a>&#99999999999;</a>",
    ])
    func `anything else is not`(text: String) {
        #expect(XMLReader.read(Array(text.utf8)) == nil)
    }

    @Test func `bytes that are no text are not read`() {
        #expect(XMLReader.read(Array("<a>".utf8) + [0xFF] + Array("</a>".utf8)) == nil)
    }

    @Test func `depth and number of elements have limits`() {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "<a>", count: depth) + String(repeating: "</a>", count: depth)).utf8)
        }
        func wide(_ count: Int) -> [UInt8] {
            Array(("<a>" + String(repeating: "<b/>", count: count) + "</a>").utf8)
        }

        #expect(XMLReader.read(nested(XMLReader.depthMax)) != nil)
        #expect(XMLReader.read(nested(XMLReader.depthMax + 1)) == nil)
        #expect(XMLReader.read(wide(XMLReader.elementsMax - 1)) != nil)
        #expect(XMLReader.read(wide(XMLReader.elementsMax)) == nil)
    }
}
