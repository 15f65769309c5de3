import Editorial
import LoopbackSupport

/// Answers in the forms of the three APIs.
enum FakeModelAnswers {
    /// What each API refuses in a request; nil for one that keeps the contract.
    static func refusal(_ question: FakeQuestion) -> LoopbackAnswer? {
        let (request, body) = (question.request, question.body)
        let sampling = ["temperature", "top_p", "top_k"].filter { body[$0] != nil }
        let key = FakeModelServer.key
        switch question.api {
        case .messages:
            guard request.header("x-api-key") == key else {
                return error(question, 401, "authentication_error", "invalid x-api-key")
            }
            guard let version = request.header("anthropic-version"), !version.isEmpty else {
                return error(question, 400, "invalid_request_error", "anthropic-version: header is required")
            }
            guard sampling.isEmpty else {
                return error(question, 400, "invalid_request_error", "\(sampling[0]): not permitted")
            }
            guard body["max_tokens"]?.integerValue != nil,
                (body["output_config"] == nil) != (body["tools"] == nil)
            else { return error(question, 400, "invalid_request_error", "a member is missing") }
        case .chat, .responses:
            guard request.header("authorization") == "Bearer \(key)" else {
                return error(question, 401, "invalid_api_key", "Incorrect API key provided: \(key).")
            }
            let format = body["response_format"]?["json_schema"] ?? body["text"]?["format"]
            guard format?["strict"] == true, format?["name"]?.stringValue?.isEmpty == false,
                format?["schema"] != nil
            else { return error(question, 400, "invalid_request_error", "no strict schema") }
        }
        return nil
    }

    static func error(
        _ question: FakeQuestion,
        _ status: Int,
        _ kind: String,
        _ message: String
    ) -> LoopbackAnswer {
        let error: JSONTree = ["type": .string(kind), "code": .string(kind), "message": .string(message)]
        return LoopbackAnswer(
            status,
            headers: [(name: "content-type", value: "application/json")],
            body: JSONTree.object(["type": "error", "error": error]).text
        )
    }

    /// `reason` ends the answer; nil as it ends when all is well.
    static func answer(_ question: FakeQuestion, text: String, reason: String? = nil) -> LoopbackAnswer {
        let output = TokenEstimate.tokens(text)
        let input = question.turns.reduce(TokenEstimate.tokens(question.system)) {
            $0 + TokenEstimate.tokens($1)
        }
        let body: JSONTree =
            switch question.api {
            case .messages: message(question, text, reason, input, output)
            case .chat: completion(text, reason, input, output)
            case .responses: response(text, reason, input, output)
            }
        return LoopbackAnswer(
            200,
            headers: [(name: "content-type", value: "application/json")],
            body: body.text
        )
    }

    /// A model that will not.
    static func declined(_ question: FakeQuestion) -> LoopbackAnswer {
        let body: JSONTree =
            switch question.api {
            case .messages: message(question, "I can't help with that.", "refusal", 10, 5)
            case .chat:
                [
                    "choices": [
                        [
                            "finish_reason": "stop",
                            "message": [
                                "role": "assistant", "content": .null, "refusal": "I can't help with that.",
                            ],
                        ]
                    ],
                    "usage": ["prompt_tokens": 10, "completion_tokens": 5],
                ]
            case .responses:
                [
                    "status": "completed",
                    "output": [
                        [
                            "type": "message",
                            "content": [["type": "refusal", "refusal": "I can't help with that."]],
                        ]
                    ],
                    "usage": ["input_tokens": 10, "output_tokens": 5],
                ]
            }
        return LoopbackAnswer(200, body: body.text)
    }

    /// A thinking block stands before what was asked for.
    private static func message(
        _ question: FakeQuestion,
        _ text: String,
        _ reason: String?,
        _ input: Int,
        _ output: Int
    ) -> JSONTree {
        var content: [JSONTree] = [["type": "thinking", "thinking": "{\"moments\": []}", "signature": "x"]]
        let tool = question.body["tools"]?.elements?.first
        if let tool, let call = JSONTree(parsing: Array(text.utf8)) {
            content.append([
                "type": "tool_use", "id": "toolu_1", "name": tool["name"] ?? .null, "input": call,
            ])
        } else {
            content.append(["type": "text", "text": .string(text)])
        }
        return [
            "id": "msg_1", "type": "message", "role": "assistant", "content": .array(content),
            "stop_reason": .string(reason ?? (tool == nil ? "end_turn" : "tool_use")), "stop_details": .null,
            "usage": [
                "input_tokens": .integer(input - 4), "output_tokens": .integer(output),
                "cache_read_input_tokens": 4,
            ],
        ]
    }

    private static func completion(_ text: String, _ reason: String?, _ input: Int, _ output: Int) -> JSONTree
    {
        [
            "id": "chatcmpl-1", "object": "chat.completion",
            "choices": [
                [
                    "index": 0, "finish_reason": .string(reason ?? "stop"),
                    "message": ["role": "assistant", "content": .string(text), "refusal": .null],
                ]
            ],
            "usage": ["prompt_tokens": .integer(input), "completion_tokens": .integer(output)],
        ]
    }

    /// Other reasons than the usual one make a response incomplete.
    private static func response(_ text: String, _ reason: String?, _ input: Int, _ output: Int) -> JSONTree {
        [
            "id": "resp_1", "object": "response", "status": reason == nil ? "completed" : "incomplete",
            "incomplete_details": reason.map { ["reason": .string($0)] } ?? .null,
            "output": [
                ["type": "reasoning", "summary": []],
                [
                    "type": "message", "role": "assistant",
                    "content": [["type": "output_text", "text": .string(text)]],
                ],
            ],
            "usage": ["input_tokens": .integer(input), "output_tokens": .integer(output)],
        ]
    }
}
