package import Contracts
package import Foundation
package import OutboundHTTP
package import Pipeline
package import Signatures

/// Speaks `contracts/render-hook.openapi.yaml` to a renderer of the customer's own, which keeps the files it makes.
package struct RenderHook: Provider {
    package static let standardName = "render-hook"
    package static let timestampName = "x-provider-timestamp"
    package static let signatureName = "x-provider-signature"
    /// How far the time of a callback may be from ours.
    package static let toleranceSeconds: Int64 = 300
    private static let retryAfterMsDefault = 5_000
    private static let timeouts = TransferTimeouts(connectMilliseconds: 5_000, totalMilliseconds: 15_000)

    package let name: String
    package let identity = "render-hook/1"
    package let pollSchedule: PollSchedule
    package let callbackMeaning = CallbackMeaning.reports
    package let callbackTrust = CallbackTrust.signed
    package let keepsFiles = true
    package let namesTasks = true
    /// The contract asks for it: one `Idempotency-Key`, one render.
    package let submission = Submission.idempotent
    /// Without a slash at the end.
    private let url: String
    private let secret: [UInt8]
    private let client: HTTPClient
    private let now: @Sendable () -> Date

    package init(
        name: String = standardName,
        url: String,
        secret: [UInt8],
        client: HTTPClient,
        pollSchedule: PollSchedule = .remote,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.name = name
        self.url = url
        self.secret = secret
        self.client = client
        self.pollSchedule = pollSchedule
        self.now = now
    }

    package func performs(_ kind: ProviderTask.Kind) -> Bool { kind == .render }

    /// Asks for a render that is not there: its contract says that the signature is looked at first.
    package func checkKey() async -> KeyVerdict {
        do throws(TransferError) {
            let response = try await call("GET", "/v1/renders/reelgate-doctor/outputs/reelgate-doctor")
            return response.status == 404 ? .accepted : KeyVerdict(response)
        } catch {
            return .unreachable(error.description)
        }
    }

    package func submit(_ task: ProviderTask, callbackSecret: Secret) async -> SubmitResult {
        guard let outputId = task.outputId, let short = task.parameters.short else {
            return .refused(
                Problem(.providerRefused, detail: "A render hook only renders shorts.", retryable: false)
            )
        }
        let order = RenderOrder(
            outputId: outputId,
            callbackUrl: task.callbackUrl,
            deadline: task.deadline,
            short: short,
            inputs: task.inputs
        )
        let body: [UInt8]
        do throws(Problem) {
            body = [UInt8](try ProviderCall.written { try WireJSON.encode(order) })
        } catch {
            return .refused(error)
        }
        let response: HTTPResponse
        do throws(TransferError) {
            response = try await call(
                "POST",
                "/v1/renders",
                headers: [
                    (name: "content-type", value: "application/json"),
                    (name: "idempotency-key", value: "\(task.taskId).\(task.attempt)"),
                ],
                body: [UInt8](body)
            )
        } catch {
            return error.isRequestSent ? .unknownOutcome(Self.away(error)) : .unreachable(Self.away(error))
        }
        switch response.status {
        case 200, 201, 202:
            do throws(Problem) {
                return .accepted(externalId: try RenderHookReader.renderId(response.body), report: nil)
            } catch {
                // It took the order, whatever it said about it.
                return .unknownOutcome(error)
            }
        case 429:
            return .busy(
                retryAfterMs: RetryAfterHeader.milliseconds(response) ?? Self.retryAfterMsDefault
            )
        case 425, 503: return .unreachable(RenderHookReader.refusal(response))
        case 408, 500...: return .unknownOutcome(RenderHookReader.refusal(response))
        default: return .refused(RenderHookReader.refusal(response))
        }
    }

    package func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult {
        guard let renderId = Self.pathPart(task.externalId),
            let outputId = task.outputId.flatMap(Self.pathPart)
        else { return .forgotten }
        let response: HTTPResponse
        do throws(TransferError) {
            response = try await call("GET", "/v1/renders/\(renderId)/outputs/\(outputId)")
        } catch {
            return .unreachable(Self.away(error))
        }
        switch response.status {
        case 200:
            do throws(Problem) {
                let told = try RenderHookReader.read(response.body)
                guard told.renderId == task.externalId, told.outputId == task.outputId else {
                    return .unreachable(RenderHookReader.malformed("it told about another render"))
                }
                return .report(told.report(taskId: task.taskId))
            } catch {
                return .unreachable(error)
            }
        case 404, 410: return .forgotten
        default:
            return .unreachable(
                RenderHookReader.refusal(response),
                retryAfterMs: RetryAfterHeader.milliseconds(response)
            )
        }
    }

    package func cancel(externalId: String) async {
        guard let renderId = Self.pathPart(externalId) else { return }
        // A renderer that does not hear of it makes a file that nobody asks for.
        _ = try? await call("DELETE", "/v1/renders/\(renderId)")
    }

    package func verify(_ callback: IncomingCallback) -> CallbackVerdict {
        let (headers, body) = (callback.headers, callback.body)
        guard let text = headers[Self.timestampName], let timestamp = Int64(text) else {
            return .rejected(reason: "header '\(Self.timestampName)' is missing or no time")
        }
        let age = Int64(now().timeIntervalSince1970).subtractingReportingOverflow(timestamp)
        guard !age.overflow, age.partialValue.magnitude <= UInt64(Self.toleranceSeconds) else {
            return .rejected(reason: "timestamp is more than \(Self.toleranceSeconds) seconds away")
        }
        guard let signature = headers[Self.signatureName].flatMap({ Hex.decode($0) }) else {
            return .rejected(reason: "header '\(Self.signatureName)' is missing or no hexadecimal")
        }
        let code = HMACSHA256.code(of: Array("\(text).".utf8) + body, key: secret)
        guard ConstantTime.equals(code, signature) else {
            return .rejected(reason: "signature does not match")
        }
        // What is signed is the hook's, understood or not; a message without an id is known by its bytes.
        return .verified(
            messageId: RenderHookReader.eventId(body) ?? "sha256-\(SHA256Digest.hex(body))",
            trust: .signed
        )
    }

    package func subject(ofCallback body: [UInt8]) -> String? {
        try? RenderHookReader.read(body).renderId
    }

    package func report(
        ofCallback body: [UInt8],
        taskId: String,
        outputId: String?
    ) throws(Problem) -> TaskReport {
        let told = try RenderHookReader.read(body)
        guard told.outputId == outputId else {
            throw RenderHookReader.malformed("it told about another short")
        }
        return told.report(taskId: taskId)
    }

    /// An id that may stand in a path as it is, nil for any other.
    static func pathPart(_ id: String) -> String? {
        let isPlain = id.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) || (0x61...0x7a).contains($0)
                || $0 == 0x2d || $0 == 0x5f
        }
        return isPlain && (1...RenderHookReader.idBytesMax).contains(id.utf8.count) ? id : nil
    }

    /// Every request is signed as the callbacks are.
    private func call(
        _ method: String,
        _ path: String,
        headers: [(name: String, value: String)] = [],
        body: [UInt8] = []
    ) async throws(TransferError) -> HTTPResponse {
        let timestamp = String(Int64(now().timeIntervalSince1970))
        let code = HMACSHA256.code(of: Array("\(timestamp).".utf8) + body, key: secret)
        let signed = [
            (name: Self.timestampName, value: timestamp), (name: Self.signatureName, value: Hex.encode(code)),
        ]
        var request = HTTPRequest(method: method, url: url + path, headers: headers + signed)
        request.body = method == "POST" ? body : nil
        request.timeouts = Self.timeouts
        request.limits = ResponseLimits(keptBytesMax: RenderHookReader.bodyBytesMax)
        return try await client.send(request)
    }

    private static func away(_ error: TransferError) -> Problem {
        Problem(
            .providerUnreachable,
            detail: "The render hook cannot be reached: \(error.description).",
            retryable: true
        )
    }
}
