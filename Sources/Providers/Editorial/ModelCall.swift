import Contracts
import Editorial
import OutboundHTTP

/// Sends the questions of an adapter, and tells what any answer but a success means.
struct ModelCall: Sendable {
    /// A whole answer comes at once after minutes of silence.
    static let timeouts = TransferTimeouts(
        connectMilliseconds: 10_000,
        totalMilliseconds: 300_000,
        stalledSecondsMax: 300,
        speedBytesPerSecondMin: 1
    )
    /// Far more than `answerTokensMax` tokens take.
    static let answerBytesMax = 2 << 20
    static let wordsMax = 200

    let call: ProviderCall
    let timeouts: TransferTimeouts
    /// Takes what operators may know of a failure, and tenants may not.
    let log: @Sendable (String) -> Void

    /// The document of a success; `words` reads the provider's own words out of a refusal.
    func send(
        _ request: HTTPRequest,
        words: (JSONTree) -> ModelWords
    ) async throws(ModelFailure) -> JSONTree {
        var request = request
        request.timeouts = timeouts
        let response: HTTPResponse
        do throws(CallFailure) {
            response = try await call.exchange(request, answerBytesMax: Self.answerBytesMax)
        } catch {
            note(error.problem.detail)
            throw ModelFailure(
                error.kind == .refused ? .refused : .away,
                "provider '\(call.provider)' cannot be reached\(error.word.map { ": \($0)" } ?? "")",
                isCharged: error.kind == .unclear
            )
        }
        let tree = JSONTree(parsing: response.body)
        let kind = AnswerClass(response)
        guard kind == .success else {
            let words = Self.isAboutKey(response.status) ? nil : tree.map(words)
            let failure = call.failure(response, words: words?.code)
            note("provider '\(call.provider)' answered with status \(response.status)", words)
            let mayRetry = response.header("x-should-retry")?.lowercased() != "false"
            throw ModelFailure(
                kind == .refused || kind == .unknown || !mayRetry ? .refused : .away,
                Self.told(failure.problem.detail),
                retryAfterMs: failure.retryAfterMs,
                isCharged: kind == .unclear
            )
        }
        guard let tree else { throw malformed("it is no JSON") }
        return tree
    }

    /// The failure of a success that is not what the provider's contract says.
    func malformed(_ reason: String, usage: ModelUsage? = nil) -> ModelFailure {
        ModelFailure(.refused, Self.told(call.malformed(reason).problem.detail), usage: usage)
    }

    /// Tells operators of a failure.
    func note(_ failure: String, _ words: ModelWords? = nil) {
        let told = words?.told.map { ": \($0)" } ?? ""
        log(Fence.clean(failure + told, charactersMax: Self.wordsMax * 2))
    }

    /// Providers repeat parts of a key that they do not know.
    private static func isAboutKey(_ status: Int) -> Bool { status == 401 || status == 403 }

    /// A sentence as the end of one of ours.
    static func told(_ text: String) -> String {
        let line = Fence.clean(text, charactersMax: wordsMax * 2)
        let bare = line.hasSuffix(".") ? String(line.dropLast()) : line
        return bare.prefix(1).lowercased() + bare.dropFirst()
    }
}
