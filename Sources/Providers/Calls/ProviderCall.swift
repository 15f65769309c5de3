import Contracts
package import OutboundHTTP

/// How the adapter of one hosted provider sends its requests: within the client's address policy, times and sizes.
package struct ProviderCall: Sendable {
    /// Long enough for a provider that starts a job before it answers.
    package static let timeouts = TransferTimeouts(connectMilliseconds: 5_000, totalMilliseconds: 30_000)
    /// A transcript of many hours is some tens of megabytes at most.
    package static let answerBytesMax = 64 << 20

    package let provider: String
    package let meter: ProviderMeter
    private let client: HTTPClient
    private let timeouts: TransferTimeouts

    package init(
        provider: String,
        client: HTTPClient,
        meter: ProviderMeter,
        timeouts: TransferTimeouts = timeouts
    ) {
        self.provider = provider
        self.client = client
        self.meter = meter
        self.timeouts = timeouts
    }

    /// Sends a request and returns a success; `words` reads the provider's own words out of any other answer.
    package func send(
        _ request: HTTPRequest,
        answerBytesMax: Int = answerBytesMax,
        words: (HTTPResponse) -> String? = { _ in nil }
    ) async throws(CallFailure) -> HTTPResponse {
        let response = try await exchange(request, answerBytesMax: answerBytesMax)
        guard AnswerClass(response) == .success else { throw failure(response, words: words(response)) }
        return response
    }

    /// Sends a request and returns its answer, whatever the status: for adapters that know more of some of them.
    package func exchange(
        _ request: HTTPRequest,
        answerBytesMax: Int = answerBytesMax
    ) async throws(CallFailure) -> HTTPResponse {
        var request = request
        request.timeouts = request.timeouts ?? timeouts
        request.limits.keptBytesMax = answerBytesMax
        do throws(TransferError) {
            return try await client.send(request)
        } catch {
            meter.countError(provider: provider, word: error.code.rawValue)
            throw CallFailure(error, provider: provider)
        }
    }

    /// Sends a file as the body and returns the answer, whatever the status.
    package func exchange(
        _ request: HTTPRequest,
        file path: String,
        answerBytesMax: Int = answerBytesMax
    ) async throws(CallFailure) -> HTTPResponse {
        var request = request
        request.timeouts = request.timeouts ?? timeouts
        request.limits.keptBytesMax = answerBytesMax
        do throws(TransferError) {
            return try await client.upload(file: path, request: request)
        } catch {
            meter.countError(provider: provider, word: error.code.rawValue)
            throw CallFailure(error, provider: provider)
        }
    }

    /// The failure that an answer of `exchange` is, where the adapter knows no more of it.
    package func failure(_ response: HTTPResponse, words: String? = nil) -> CallFailure {
        let failure = CallFailure(response, provider: provider, words: words)
        meter.countError(provider: provider, word: failure.kind.rawValue)
        return failure
    }

    /// The failure of an answer that breaks the provider's contract.
    ///
    /// `reason` is the end of a sentence, without a point.
    package func malformed(_ reason: String) -> CallFailure {
        meter.countError(provider: provider, word: "malformed")
        return CallFailure(
            .unclear,
            Problem(
                .providerRefused,
                detail: "The answer of provider '\(provider)' was not understood: "
                    + "\(TaskReportReader.kept(reason, charactersMax: 500)).",
                retryable: true
            )
        )
    }

    /// The same, of a fault that was found.
    func malformed(_ fault: AnswerFault) -> CallFailure {
        let failure = malformed(fault.reason)
        return fault.isOfResult ? failure.ofResult : failure
    }

    /// Counts a status word that the adapter does not know, and takes for "running".
    package func noteUnknownStatus(_ word: String) {
        meter.countUnknownStatus(provider: provider, word: word)
    }
}
