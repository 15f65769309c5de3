import Editorial
import OutboundHTTP
import Signatures

/// Writes questions as requests of the OpenAI API.
enum OpenAIRequests {
    static func request(_ question: ModelQuestion, _ settings: OpenAISettings) -> HTTPRequest {
        let path: String
        let body: JSONTree
        switch settings.api {
        case .chat: (path, body) = ("/chat/completions", chat(question, settings))
        case .responses: (path, body) = ("/responses", responses(question, settings))
        }
        return HTTPRequest(
            method: "POST",
            url: settings.url + path,
            headers: [(name: "content-type", value: "application/json")] + authorization(settings),
            body: Array(body.text.utf8)
        )
    }

    static func models(_ settings: OpenAISettings) -> HTTPRequest {
        HTTPRequest(url: settings.url + "/models", headers: authorization(settings))
    }

    private static func authorization(_ settings: OpenAISettings) -> [(name: String, value: String)] {
        settings.key.map { [(name: "authorization", value: "Bearer \($0.reveal())")] } ?? []
    }

    static func chat(_ question: ModelQuestion, _ settings: OpenAISettings) -> JSONTree {
        [
            "model": .string(settings.model),
            "max_completion_tokens": .integer(question.answerTokensMax),
            "messages": .array(
                [ModelMessages.turn("system", question.instructions)] + ModelMessages.turns(question)
            ),
            "response_format": [
                "type": "json_schema",
                "json_schema": [
                    "name": .string(question.shape.name), "strict": true, "schema": question.shape.schema,
                ],
            ],
        ]
    }

    /// Here name and schema stand one level higher, and nothing is to be kept: a transcript is its owner's.
    static func responses(_ question: ModelQuestion, _ settings: OpenAISettings) -> JSONTree {
        [
            "model": .string(settings.model),
            "max_output_tokens": .integer(question.answerTokensMax),
            "store": false,
            "instructions": .string(question.instructions),
            "input": .array(ModelMessages.turns(question)),
            "text": [
                "format": [
                    "type": "json_schema", "name": .string(question.shape.name), "strict": true,
                    "schema": question.shape.schema,
                ]
            ],
        ]
    }
}
