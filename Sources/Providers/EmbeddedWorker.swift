package import Contracts
package import Foundation
package import OutboundHTTP
package import Pipeline
package import Signatures

/// Speaks `contracts/provider.openapi.yaml` to a media worker: the one that comes with the gateway, or a fleet of
/// them behind one URL.
package struct EmbeddedWorker: Provider {
    package static let standardName = "worker"
    private static let retryAfterMsDefault = 1_000
    /// A dispatch carries a whole short at most; the answer is a report.
    private static let timeouts = TransferTimeouts(connectMilliseconds: 3_000, totalMilliseconds: 15_000)

    package let name: String
    package let identity: String
    /// The models that kinds of work are done by, where there is a choice.
    private let models: [ProviderTask.Kind: String]
    package let pollSchedule: PollSchedule
    package let callbackMeaning = CallbackMeaning.reports
    package let callbackTrust = CallbackTrust.signed
    package let callbackBytesMax = 8 << 20
    private let secret: WebhookSecret
    private let client: HTTPClient
    private let endpoint: @Sendable () -> String?
    private let now: @Sendable () -> Date

    /// `endpoint` is asked for each call: a worker that was started again listens elsewhere.
    package init(
        name: String = standardName,
        identity: String = "embedded/1",
        models: [ProviderTask.Kind: String] = [:],
        secret: WebhookSecret,
        client: HTTPClient,
        pollSchedule: PollSchedule = .embedded,
        now: @escaping @Sendable () -> Date = { Date() },
        endpoint: @escaping @Sendable () -> String?
    ) {
        self.name = name
        self.identity = identity
        self.models = models
        self.secret = secret
        self.client = client
        self.pollSchedule = pollSchedule
        self.now = now
        self.endpoint = endpoint
    }

    package func identity(for kind: ProviderTask.Kind) -> String {
        models[kind].map { "\(identity) \($0)" } ?? identity
    }

    package func submit(_ task: ProviderTask, callbackSecret: Secret) async -> SubmitResult {
        let body: [UInt8]
        do throws(Problem) {
            body = [UInt8](try ProviderCall.written { try WireJSON.encode(task) })
        } catch {
            return .refused(error)
        }
        let response: HTTPResponse
        do throws(WorkerAbsence) {
            response = try await call(
                "POST",
                "/v1/tasks",
                messageId: ResourceID.make(.task, now: now()),
                body: body
            )
        } catch {
            return error.isRequestSent ? .unknownOutcome(error.problem) : .unreachable(error.problem)
        }
        return submitResult(response, task: task)
    }

    /// Asks for a task that is not there: its contract says that the signature is looked at first.
    package func checkKey() async -> KeyVerdict {
        let id = ResourceID.make(.task, now: now())
        do throws(WorkerAbsence) {
            let response = try await call("GET", "/v1/tasks/\(id)", messageId: id, body: [])
            return response.status == 404 ? .accepted : KeyVerdict(response)
        } catch {
            return .unreachable(error.problem.detail)
        }
    }

    package func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult {
        let response: HTTPResponse
        do throws(WorkerAbsence) {
            response = try await call(
                "GET",
                "/v1/tasks/\(task.externalId)",
                messageId: task.externalId,
                body: []
            )
        } catch {
            return .unreachable(error.problem)
        }
        switch response.status {
        case 200:
            do throws(Problem) {
                return .report(try TaskReportReader.read(response.body, taskId: task.taskId))
            } catch {
                return .unreachable(error)
            }
        case 404, 410: return .forgotten
        default: return .unreachable(refusal(response), retryAfterMs: RetryAfterHeader.milliseconds(response))
        }
    }

    package func cancel(externalId: String) async {
        let id = ResourceID.make(.task, now: now())
        // A worker that does not hear of it finishes work that nobody takes; its uploads are refused.
        _ = try? await call("POST", "/v1/tasks/\(externalId)/cancel", messageId: id, body: [])
    }

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        let (headers, body) = (callback.headers, callback.body)
        let signed = WebhookHeaders(
            id: headers[WebhookHeaders.idName],
            timestamp: headers[WebhookHeaders.timestampName],
            signature: headers[WebhookHeaders.signatureName]
        )
        do throws(SignatureError) {
            try WebhookSignature.verify(
                signed,
                body: body,
                secrets: [secret],
                now: Int64(now().timeIntervalSince1970)
            )
        } catch {
            return .rejected(reason: error.description)
        }
        guard let id = signed.id else {
            return .rejected(reason: "header '\(WebhookHeaders.idName)' is missing")
        }
        return .verified(messageId: id, trust: .signed)
    }

    package func report(
        ofCallback body: [UInt8],
        taskId: String,
        outputId: String?
    ) throws(Problem) -> TaskReport {
        try TaskReportReader.read(body, taskId: taskId)
    }

    private func submitResult(_ response: HTTPResponse, task: ProviderTask) -> SubmitResult {
        switch response.status {
        case 200, 201, 202:
            do throws(Problem) {
                let report = try TaskReportReader.read(response.body, taskId: task.taskId)
                guard report.attempt == task.attempt else {
                    return .unknownOutcome(
                        Problem(.providerRefused, detail: "The worker answered about another attempt.")
                    )
                }
                return .accepted(externalId: task.taskId, report: report)
            } catch {
                // It took the task, whatever it said about it.
                return .unknownOutcome(error)
            }
        case 429:
            return .busy(retryAfterMs: RetryAfterHeader.milliseconds(response) ?? Self.retryAfterMsDefault)
        // It says itself that it did nothing.
        case 425, 503: return .unreachable(refusal(response))
        // Whoever answered, the worker or something before it, does not tell whether the worker has it.
        case 408, 500...: return .unknownOutcome(refusal(response))
        default: return .refused(refusal(response))
        }
    }

    private func call(
        _ method: String,
        _ path: String,
        messageId: String,
        body: [UInt8]
    ) async throws(WorkerAbsence) -> HTTPResponse {
        guard let endpoint = endpoint() else { throw .away }
        let timestamp = Int64(now().timeIntervalSince1970)
        let signature = WebhookSignature.sign(id: messageId, timestamp: timestamp, body: body, secret: secret)
        var headers = [
            (name: WebhookHeaders.idName, value: messageId),
            (name: WebhookHeaders.timestampName, value: String(timestamp)),
            (name: WebhookHeaders.signatureName, value: signature),
        ]
        if method == "POST" { headers.append((name: "content-type", value: "application/json")) }
        var request = HTTPRequest(method: method, url: endpoint + path, headers: headers)
        request.body = method == "POST" ? body : nil
        request.timeouts = Self.timeouts
        request.limits = ResponseLimits(keptBytesMax: TaskReportReader.bodyBytesMax)
        do throws(TransferError) {
            return try await client.send(request)
        } catch {
            throw .transfer(error)
        }
    }

    private func refusal(_ response: HTTPResponse) -> Problem {
        if let problem = TaskReportReader.problem(response.body) { return problem }
        return Problem(
            .providerRefused,
            detail: "The worker answered with status \(response.status).",
            retryable: response.status >= 500
        )
    }
}

/// Why a worker did not answer.
private enum WorkerAbsence: Error {
    /// None is running now.
    case away
    case transfer(TransferError)

    var isRequestSent: Bool {
        switch self {
        case .away: false
        case .transfer(let error): error.isRequestSent
        }
    }

    var problem: Problem {
        let reason =
            switch self {
            case .away: "it is not running"
            case .transfer(let error): error.description
            }
        return Problem(.providerUnreachable, detail: "The worker cannot be reached: \(reason).")
    }
}
