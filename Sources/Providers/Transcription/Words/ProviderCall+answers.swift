import Contracts
import OutboundHTTP

extension ProviderCall {
    /// Sends a request and reads its answer; what cannot be read is a failure that says why.
    func read<Value>(
        _ request: HTTPRequest,
        answerBytesMax: Int = answerBytesMax,
        words: (HTTPResponse) -> String? = { _ in nil },
        _ read: ([UInt8]) throws(AnswerFault) -> Value
    ) async throws(CallFailure) -> Value {
        let response = try await send(request, answerBytesMax: answerBytesMax, words: words)
        do throws(AnswerFault) {
            return try read(response.body)
        } catch {
            throw malformed(error)
        }
    }

    /// The same for what a provider says that it made.
    func readResult<Value>(
        _ request: HTTPRequest,
        words: (HTTPResponse) -> String? = { _ in nil },
        _ read: ([UInt8]) throws(AnswerFault) -> Value
    ) async throws(CallFailure) -> Value {
        do throws(CallFailure) {
            return try await self.read(request, words: words, read)
        } catch {
            throw error.ofResult
        }
    }
}

extension ProviderCall {
    /// Hands a task over; `read` finds the id that the provider gave it.
    ///
    /// An answer without one leaves it open whether work has begun.
    func submit(
        _ request: HTTPRequest,
        words: (HTTPResponse) -> String?,
        _ read: ([UInt8]) throws(AnswerFault) -> String
    ) async -> SubmitResult {
        do throws(CallFailure) {
            let id = try await self.read(request, answerBytesMax: Self.receiptBytesMax, words: words, read)
            return .accepted(externalId: id, report: nil)
        } catch {
            return error.submitResult
        }
    }

    /// Receipts and states are small.
    static let receiptBytesMax = 1 << 20
}
