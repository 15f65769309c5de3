import Contracts

/// Reads what Creatomate answers: a render, alone or as the one of a list.
enum CreatomateAnswers {
    private struct Render: Decodable {
        enum CodingKeys: String, CodingKey {
            case id, status, url, metadata
            case errorMessage = "error_message"
            case fileSize = "file_size"
        }

        var id: String
        var status: String
        /// There from the start, and good once the render has succeeded.
        var url: String?
        var errorMessage: String?
        /// Our note, where it is echoed.
        var metadata: String?
        var fileSize: Double?
    }

    private struct Trouble: Decodable {
        var message: String?
        var hint: String?
    }

    static func id(_ bytes: [UInt8]) throws(AnswerFault) -> String {
        try ProviderId.required(try render(bytes).id)
    }

    /// `tag` names the task that the render was started for.
    static func state(
        _ bytes: [UInt8],
        of asked: RenderIds.Render,
        tag: String
    ) throws(AnswerFault) -> RenderState {
        let told = try render(bytes)
        guard told.id == asked.id else { throw AnswerFault("it is about another render") }
        if let note = told.metadata, !note.isEmpty,
            !note.hasPrefix(CreatomateRequests.note(tag, asked.ratio))
        {
            throw AnswerFault("it is about a render of another task")
        }
        switch told.status {
        case "planned": return .waiting
        case "waiting": return .running(0.05)
        case "transcribing": return .running(0.1)
        case "rendering": return .running(0.5)
        case "succeeded":
            guard let url = told.url, !url.isEmpty else {
                throw AnswerFault("it is done and has no address", isOfResult: true)
            }
            return .done(RenderedFile(aspectRatio: asked.ratio, url: url, sizeBytes: size(told.fileSize)))
        case "failed": return .failed(failure(told.errorMessage))
        default: return .unknown(told.status)
        }
    }

    /// Its own words about a refusal.
    static func words(_ bytes: [UInt8]) -> String? {
        let trouble = try? AnswerJSON.decode(Trouble.self, bytes)
        return ProviderWords.first(trouble?.message, trouble?.hint)
    }

    /// Version 1 of the API answers with a list, version 2 with an object.
    private static func render(_ bytes: [UInt8]) throws(AnswerFault) -> Render {
        let first = bytes.first { ![0x20, 0x09, 0x0a, 0x0d].contains($0) }
        guard first == UInt8(ascii: "[") else { return try AnswerJSON.decode(Render.self, bytes) }
        let list = try AnswerJSON.decode([Render].self, bytes)
        guard let render = list.first, list.count == 1 else {
            throw AnswerFault("it has \(list.count) renders and not one")
        }
        return render
    }

    private static func size(_ bytes: Double?) -> Int64? {
        bytes.flatMap { Int64(exactly: $0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    private static func failure(_ words: String?) -> Problem {
        let words = ProviderWords.first(words)
        return Problem(
            .renderFailed,
            detail: "Creatomate gave the render up: \(words ?? "it gave no reason").",
            retryable: words.map(HostedFailure.mayPass) ?? true
        )
    }
}
