import Editorial

/// Reads answers of the OpenAI API.
enum OpenAIAnswers {
    static func chat(
        _ completion: JSONTree,
        _ question: ModelQuestion,
        _ call: ModelCall
    ) throws(ModelFailure) -> ModelAnswer {
        guard let choice = completion["choices"]?.elements?.first, let message = choice["message"] else {
            throw call.malformed("it is no completion with a message")
        }
        let usage = usage(completion["usage"], input: "prompt_tokens", output: "completion_tokens")
        if let refusal = message["refusal"]?.stringValue, !refusal.isEmpty {
            throw refused(refusal, usage, call)
        }
        switch choice["finish_reason"]?.stringValue {
        case "stop": break
        case "length": throw cutOff(question, usage)
        case "content_filter": throw filtered(usage)
        case let reason: throw ended(reason, usage)
        }
        guard let text = message["content"]?.stringValue else {
            throw ModelFailure(.declined, "its answer has no text", usage: usage)
        }
        return ModelAnswer(text: text, usage: usage)
    }

    /// Items are told by their type: what the model thought stands before what it says.
    static func response(
        _ response: JSONTree,
        _ question: ModelQuestion,
        _ call: ModelCall
    ) throws(ModelFailure) -> ModelAnswer {
        guard let status = response["status"]?.stringValue else {
            throw call.malformed("it is no response with a status")
        }
        let usage = usage(response["usage"], input: "input_tokens", output: "output_tokens")
        switch status {
        case "completed": break
        case "incomplete":
            switch response["incomplete_details"]?["reason"]?.stringValue {
            case "max_output_tokens": throw cutOff(question, usage)
            case "content_filter": throw filtered(usage)
            case let reason: throw ended(reason ?? status, usage)
            }
        case "failed":
            let words = words(response)
            call.note("provider '\(call.call.provider)' failed", words)
            throw ModelFailure(.away, "it failed\(words.code.map { ": \($0)" } ?? "")", usage: usage)
        // Only with `background`, which is never asked for.
        default: throw ended(status, usage)
        }
        let parts = (response["output"]?.elements ?? []).filter { $0["type"] == "message" }
            .flatMap { $0["content"]?.elements ?? [] }
        if let refusal = parts.first(where: { $0["type"] == "refusal" })?["refusal"]?.stringValue {
            throw refused(refusal, usage, call)
        }
        let texts = parts.filter { $0["type"] == "output_text" }.compactMap { $0["text"]?.stringValue }
        guard !texts.isEmpty else {
            throw ModelFailure(.declined, "its answer has no text", usage: usage)
        }
        return ModelAnswer(text: texts.joined(), usage: usage)
    }

    /// The provider's own words about a refusal: `rate_limit_exceeded: Too many requests`.
    static func words(_ answer: JSONTree) -> ModelWords {
        let error = answer["error"]
        return ModelWords(
            code: error?["code"]?.stringValue ?? error?["type"]?.stringValue,
            message: error?["message"]?.stringValue
        )
    }

    private static func refused(_ words: String, _ usage: ModelUsage?, _ call: ModelCall) -> ModelFailure {
        let words = ModelWords(code: nil, message: words)
        call.note("provider '\(call.call.provider)' refused to answer", words)
        return ModelFailure(.declined, "it refused to answer", usage: usage)
    }

    private static func cutOff(_ question: ModelQuestion, _ usage: ModelUsage?) -> ModelFailure {
        ModelFailure(.cutOff, "its answer was longer than \(question.answerTokensMax) tokens", usage: usage)
    }

    private static func filtered(_ usage: ModelUsage?) -> ModelFailure {
        ModelFailure(.declined, "a content filter held its answer back", usage: usage)
    }

    private static func ended(_ reason: String?, _ usage: ModelUsage?) -> ModelFailure {
        ModelFailure(
            .declined,
            "it stopped with '\(Fence.clean(reason ?? "nothing", charactersMax: 40))'",
            usage: usage
        )
    }

    private static func usage(_ usage: JSONTree?, input: String, output: String) -> ModelUsage? {
        guard let input = usage?[input]?.integerValue, let output = usage?[output]?.integerValue else {
            return nil
        }
        return ModelUsage(input: input, output: output)
    }
}
