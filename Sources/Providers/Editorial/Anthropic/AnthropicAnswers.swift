import Editorial

/// Reads answers of the Messages API.
enum AnthropicAnswers {
    /// The text of a message that ended as it should; blocks are told by their type, whatever stands before them.
    static func read(
        _ message: JSONTree,
        _ question: ModelQuestion,
        _ call: ModelCall
    ) throws(ModelFailure) -> ModelAnswer {
        guard let blocks = message["content"]?.elements, let reason = message["stop_reason"]?.stringValue
        else {
            throw call.malformed("it is no message with content and a stop reason")
        }
        let usage = usage(message["usage"])
        switch reason {
        case "end_turn", "tool_use": break
        case "max_tokens":
            throw ModelFailure(
                .cutOff,
                "its answer was longer than \(question.answerTokensMax) tokens",
                usage: usage
            )
        case "model_context_window_exceeded":
            throw ModelFailure(.declined, "the question does not fit into its context window", usage: usage)
        case "refusal": throw ModelFailure(.declined, "it refused to answer", usage: usage)
        default:
            throw ModelFailure(
                .declined,
                "it stopped with '\(Fence.clean(reason, charactersMax: 40))'",
                usage: usage
            )
        }
        if let call = blocks.first(where: { isCall($0, of: question.shape.name) }), let input = call["input"]
        {
            return ModelAnswer(text: input.text, usage: usage)
        }
        let texts = blocks.filter { $0["type"] == "text" }.compactMap { $0["text"]?.stringValue }
        guard !texts.isEmpty else {
            throw ModelFailure(
                .declined,
                "its answer has neither a text nor the call that was asked for",
                usage: usage
            )
        }
        return ModelAnswer(text: texts.joined(), usage: usage)
    }

    /// The provider's own words about a refusal: `overloaded_error: Overloaded`.
    static func words(_ error: JSONTree) -> ModelWords {
        ModelWords(
            code: error["error"]?["type"]?.stringValue,
            message: error["error"]?["message"]?.stringValue
        )
    }

    private static func isCall(_ block: JSONTree, of name: String) -> Bool {
        block["type"] == "tool_use" && block["name"]?.stringValue == name
    }

    /// What was read from a cache or written into one was input too.
    private static func usage(_ usage: JSONTree?) -> ModelUsage? {
        guard let input = usage?["input_tokens"]?.integerValue,
            let output = usage?["output_tokens"]?.integerValue
        else { return nil }
        let cached = ["cache_read_input_tokens", "cache_creation_input_tokens"].compactMap {
            usage?[$0]?.integerValue
        }
        return ModelUsage(input: cached.reduce(input) { ModelUsage.sum($0, $1) }, output: output)
    }
}
