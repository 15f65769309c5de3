import Testing

@testable import Editorial

@Suite struct PromptTests {
    /// FNV-1a: enough to see that something changed.
    private static func digest(_ texts: [String]) -> UInt64 {
        texts.joined(separator: "\0").utf8.reduce(0xcbf2_9ce4_8422_2325) {
            ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        }
    }

    @Test func `prompts and forms of answers stand for one version`() {
        let shapes = [AnswerShape.shortlist, .details].map { "\($0.name) \($0.purpose) \($0.schema.text)" }

        // Whoever changes a prompt or a form raises `PromptBook.version` and writes the new pair here.
        #expect(PromptBook.version == "moments-1")
        #expect(Self.digest(PromptBook.all + shapes) == 7_548_763_317_226_227_305)
    }

    @Test func `every place of a prompt is filled in`() {
        let desk = HostedMaterial.desk()
        let shortlist = desk.shortlistQuestion(desk.parts[0])
        let details = desk.detailsQuestion(HostedMaterial.chosen(desk, [HostedMaterial.bakeries]))

        for question in [shortlist, details, shortlist.shortened()] {
            let text = question.instructions + question.material + (question.complaint?.text ?? "")
            #expect(!text.contains("{{") && !text.contains("}}"))
        }
        #expect(shortlist.material.contains("from 15 to 60 seconds"))
        #expect(details.material.contains("language of the recording: en"))
        #expect(shortlist.shortened().complaint?.text.contains("longer than 8000 tokens") == true)
    }

    @Test func `what is put into a prompt is not looked through again`() {
        #expect(PromptBook.fill("a {{x}} b {{y}} {{z}}", ["x": "{{y}}", "y": "1"]) == "a {{y}} b 1 {{z}}")
        #expect(PromptBook.fill("{{x", ["x": "1"]) == "{{x")
    }

    @Test func `forms of answers require all members and allow no others`() {
        for shape in [AnswerShape.shortlist, .details] {
            let item = shape.schema["properties"]?["moments"]?["items"]
            for object in [shape.schema, item ?? .null] {
                guard case .object(let properties)? = object["properties"] else {
                    Issue.record("\(shape.name) has no properties")
                    continue
                }
                #expect(object["additionalProperties"] == false)
                #expect(object["required"]?.elements == properties.keys.sorted().map { .string($0) })
            }
            #expect(!shape.name.isEmpty && shape.name.utf8.count <= 64)
        }
    }

    @Test(arguments: [
        ("", 0), ("word", 2), ("three words here", 5), ("[12|3.4-5.6]", 12), ("größe", 2), ("東京", 3),
    ])
    func `tokens are estimated from above`(text: String, tokens: Int) {
        #expect(TokenEstimate.tokens(text) >= tokens - 1 && TokenEstimate.tokens(text) <= tokens + 1)
    }
}
