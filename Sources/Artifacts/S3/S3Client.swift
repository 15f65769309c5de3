import OutboundHTTP
import Signatures

/// Signs requests and sends them, again where that may help.
struct S3Client: Sendable {
    let http: HTTPClient
    let signer: AWSSigner
    var retry: S3Retry
    let now: @Sendable () -> Int64
    let pause: @Sendable (Duration) async throws -> Void

    /// The same with one attempt, for what has to be decided anew before the next.
    var single: S3Client {
        var single = self
        single.retry.attemptsMax = 1
        return single
    }

    /// The same with two attempts, for what nobody should wait for long.
    var brief: S3Client {
        var brief = self
        brief.retry.attemptsMax = min(retry.attemptsMax, 2)
        return brief
    }

    /// Sends until `accept` takes an answer, a failure will not pass, or there were enough attempts.
    ///
    /// `accept` gets answers with a status of success only.
    func send<Value: Sendable>(
        _ request: S3Request,
        accept: @Sendable (HTTPResponse) throws(S3Failure) -> Value
    ) async throws -> Value {
        var attempt = 1
        while true {
            let failure: S3Failure
            do throws(S3Failure) {
                return try accept(try await exchange(request))
            } catch {
                failure = error
            }
            try Task.checkCancellation()
            guard failure.isRetryable, let wait = retry.pause(after: attempt) else { throw failure }
            try await pause(wait)
            attempt += 1
        }
    }

    /// One attempt, signed anew since a signature ages.
    private func exchange(_ request: S3Request) async throws(S3Failure) -> HTTPResponse {
        var message = HTTPRequest(
            method: request.aws.method,
            url: request.aws.url,
            headers: signer.headers(for: request.aws, now: now()),
            timeouts: request.timeouts,
            limits: ResponseLimits(keptBytesMax: request.answerBytesMax)
        )
        message.headers.append(("user-agent", "Reelgate"))
        let response: HTTPResponse
        do throws(TransferError) {
            switch request.body {
            case .none: response = try await http.send(message)
            case .bytes(let bytes):
                message.body = bytes
                response = try await http.send(message)
            case .file(let path, let range):
                response = try await http.upload(file: path, range: range, request: message)
            }
        } catch {
            throw S3Failure(error)
        }
        guard (200..<300).contains(response.status) else { throw S3Failure(refusal: response) }
        return response
    }
}

/// When a failed request is sent again: after pauses that double, each shortened by chance so that many gateways do
/// not come back at once.
struct S3Retry: Sendable {
    var attemptsMax: Int
    let firstPauseMilliseconds: Int
    let pauseMillisecondsMax: Int

    /// From 0 up to 1.
    let chance: @Sendable () -> Double

    init(_ limits: S3Limits, chance: @escaping @Sendable () -> Double) {
        attemptsMax = limits.attemptsMax
        firstPauseMilliseconds = limits.firstPauseMilliseconds
        pauseMillisecondsMax = limits.pauseMillisecondsMax
        self.chance = chance
    }

    /// How long to wait after the attempt of that number, from 1 on; nil when it was the last.
    func pause(after attempt: Int) -> Duration? {
        guard attempt < attemptsMax else { return nil }
        let whole = min(pauseMillisecondsMax, firstPauseMilliseconds << min(attempt - 1, 16))
        return .milliseconds(whole / 2 + Int(Double(whole - whole / 2) * chance()))
    }
}
