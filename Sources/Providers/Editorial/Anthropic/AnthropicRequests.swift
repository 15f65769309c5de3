import Editorial
import OutboundHTTP
import Signatures

/// Writes questions as requests of the Messages API.
///
/// No sampling member is ever sent: versions from 2026-10-21 on refuse a request that has one.
enum AnthropicRequests {
    static func request(_ question: ModelQuestion, _ settings: AnthropicSettings) -> HTTPRequest {
        HTTPRequest(
            method: "POST",
            url: settings.url + "/v1/messages",
            headers: [(name: "content-type", value: "application/json")] + headers(settings),
            body: Array(body(question, settings).text.utf8)
        )
    }

    static func models(_ settings: AnthropicSettings) -> HTTPRequest {
        HTTPRequest(url: settings.url + "/v1/models", headers: headers(settings))
    }

    private static func headers(_ settings: AnthropicSettings) -> [(name: String, value: String)] {
        [
            (name: "anthropic-version", value: settings.version),
            (name: "x-api-key", value: settings.key.reveal()),
        ]
    }

    static func body(_ question: ModelQuestion, _ settings: AnthropicSettings) -> JSONTree {
        var members: [String: JSONTree] = [
            "model": .string(settings.model),
            "max_tokens": .integer(question.answerTokensMax),
            "system": .string(question.instructions),
            "messages": .array(ModelMessages.turns(question)),
        ]
        switch settings.form {
        case .schema:
            members["output_config"] = [
                "format": ["type": "json_schema", "schema": question.shape.schema]
            ]
        case .tool:
            members["tools"] = [
                [
                    "name": .string(question.shape.name), "description": .string(question.shape.purpose),
                    "strict": true, "input_schema": question.shape.schema,
                ]
            ]
            members["tool_choice"] = [
                "type": "tool", "name": .string(question.shape.name), "disable_parallel_tool_use": true,
            ]
        }
        return .object(members)
    }
}
