import Contracts

/// Reads what Shotstack answers.
enum ShotstackAnswers {
    private struct Receipt: Decodable {
        struct Response: Decodable {
            var id: String
        }

        var response: Response
    }

    private struct Status: Decodable {
        struct Response: Decodable {
            var id: String
            var status: String
            var url: String?
            var error: String?
        }

        var response: Response
    }

    private struct Trouble: Decodable {
        struct Response: Decodable {
            var error: String?
            var message: String?
        }

        var message: String?
        var response: Response?
    }

    static func id(_ bytes: [UInt8]) throws(AnswerFault) -> String {
        try ProviderId.required(try AnswerJSON.decode(Receipt.self, bytes).response.id)
    }

    static func state(_ bytes: [UInt8], of render: RenderIds.Render) throws(AnswerFault) -> RenderState {
        let told = try AnswerJSON.decode(Status.self, bytes).response
        guard told.id == render.id else { throw AnswerFault("it is about another render") }
        switch told.status {
        case "queued": return .waiting
        case "preprocessing": return .running(0.05)
        case "fetching": return .running(0.1)
        case "rendering": return .running(0.4)
        case "saving": return .running(0.9)
        case "done":
            guard let url = told.url, !url.isEmpty else {
                throw AnswerFault("it is done and has no address", isOfResult: true)
            }
            return .done(RenderedFile(aspectRatio: render.ratio, url: url))
        case "failed": return .failed(failure(told.error))
        default: return .unknown(told.status)
        }
    }

    /// Its own words about a refusal.
    static func words(_ bytes: [UInt8]) -> String? {
        let trouble = try? AnswerJSON.decode(Trouble.self, bytes)
        return ProviderWords.first(trouble?.response?.message, trouble?.response?.error, trouble?.message)
    }

    private static func failure(_ words: String?) -> Problem {
        let words = ProviderWords.first(words)
        return Problem(
            .renderFailed,
            detail: "Shotstack gave the render up: \(words ?? "it gave no reason").",
            retryable: words.map(HostedFailure.mayPass) ?? true
        )
    }
}

/// What the words of a failure say where no code says it.
enum HostedFailure {
    /// Files that could not be fetched, and servers that were away, may be there the next time.
    static func mayPass(_ words: String) -> Bool {
        let words = words.lowercased()
        return ["download", "fetch", "timeout", "timed out", "unavailable", "internal", "try again"]
            .contains { words.contains($0) }
    }
}
