package import Contracts
package import Foundation
package import OutboundHTTP
package import Pipeline
package import Signatures

/// Faces by Amazon Rekognition Video: one job looks at the whole source, which lies in S3, and serves all clips.
package struct RekognitionProvider: Provider {
    package static let standardName = "rekognition"
    /// A page may hold fewer faces than were asked for; six hours of a few people are some 500 pages.
    static let pagesMax = 2_000
    /// A thousand faces with their landmarks are under one megabyte.
    static let pageBytesMax = 8 << 20

    package let name: String
    package let identity = "rekognition/2016-06-27"
    package let pollSchedule: PollSchedule
    /// A job of the same token is the same job.
    package let submission = Submission.idempotent
    package let callbackTrust = CallbackTrust.signed
    /// A topic has one address, and its messages name their job.
    package let namesTasks = true
    private let hasCallbacks: Bool
    private let requests: RekognitionRequests
    private let call: ProviderCall
    private let media: S3Finder
    private let topics: SNSVerifier
    private let now: @Sendable () -> Date

    /// `linkClient` asks the gateway's own links, which may lie in a private network, where the source lies.
    package init(
        name: String = standardName,
        settings: RekognitionSettings,
        client: HTTPClient,
        linkClient: HTTPClient,
        meter: ProviderMeter,
        certificates: SNSCertificates,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.name = name
        self.now = now
        hasCallbacks = settings.notifications != nil
        pollSchedule = .vision(mediaMs: nil, hasCallbacks: hasCallbacks)
        requests = RekognitionRequests(settings: settings)
        call = ProviderCall(provider: name, client: client, meter: meter)
        media = S3Finder(links: ProviderCall(provider: name, client: linkClient, meter: meter))
        topics = SNSVerifier(
            topics: Set([settings.notifications?.topic].compactMap(\.self)),
            certificates: certificates,
            now: now
        )
    }

    package func performs(_ kind: ProviderTask.Kind) -> Bool { kind == .framing }

    package func pollSchedule(for kind: ProviderTask.Kind, mediaMs: Int?) -> PollSchedule {
        .vision(mediaMs: mediaMs, hasCallbacks: hasCallbacks)
    }

    package func submit(_ task: ProviderTask, callbackSecret: Secret) async -> SubmitResult {
        do throws(Problem) {
            return await submit(try VisionInput(task, provider: name))
        } catch {
            return .refused(error)
        }
    }

    package func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult {
        guard let id = ProviderId.plain(task.externalId) else { return .forgotten }
        do throws(CallFailure) {
            return try await result(of: id, for: task)
        } catch {
            return error.pollResult
        }
    }

    /// A job cannot be stopped: it ends by itself, and is forgotten after seven days.
    package func cancel(externalId: String) async {}

    package func verify(_ callback: IncomingCallback) async -> CallbackVerdict {
        await topics.verify(callback)
    }

    package func subject(ofCallback body: [UInt8]) -> String? { RekognitionAnswers.jobId(ofCallback: body) }

    package func externalId(told: ToldCallback) -> String? { subject(ofCallback: told.body) }

    private var seconds: Int64 { Int64(now().timeIntervalSince1970) }

    private func submit(_ input: VisionInput) async -> SubmitResult {
        do throws(CallFailure) {
            guard let source = input.source else { return .refused(Self.mediaRemoved) }
            guard let video = try await media.object(source.url) else {
                return .refused(Self.mediaElsewhere)
            }
            let request = try ProviderCall.writtenToAsk {
                try requests.start(input.name, video: video, now: seconds)
            }
            let response = try await call.exchange(request, answerBytesMax: ProviderCall.receiptBytesMax)
            guard AnswerClass(response) == .success else {
                let failure = call.failure(response, words: AWSTrouble.words(response.body))
                guard AWSTrouble.name(response.body) == "IdempotentParameterMismatchException" else {
                    throw failure
                }
                // The settings were changed since: only a new task has another token.
                var problem = failure.problem
                problem.retryable = true
                return .refused(problem)
            }
            do throws(AnswerFault) {
                return .accepted(externalId: try RekognitionAnswers.id(response.body), report: nil)
            } catch {
                throw call.malformed(error.reason)
            }
        } catch {
            return error.submitResult
        }
    }

    /// Reads page after page, and links what was seen to faces that are followed.
    private func result(of id: String, for task: TaskReference) async throws(CallFailure) -> PollResult {
        var reader = SightingReader()
        var sightings: [FaceSighting] = []
        var token: String?
        var known = Set<String>()
        for _ in 0..<Self.pagesMax {
            let page = try await page(of: id, token: token, &reader)
            switch page.state {
            case .running: return .underWay(task)
            case .failed(let problem): return .failed(task, problem)
            case .unknown(let word):
                call.noteUnknownStatus(word)
                return .underWay(task)
            case .done: sightings += page.sightings
            }
            guard let next = page.next else { return .made(.sourceFaces(FaceLinker.faces(sightings))) }
            guard known.insert(next).inserted else {
                throw call.malformed("its pages go round in a circle").ofResult
            }
            token = next
        }
        return .failed(task, Self.endless)
    }

    private func page(
        of id: String,
        token: String?,
        _ reader: inout SightingReader
    ) async throws(CallFailure) -> RekognitionAnswers.Page {
        let request = try ProviderCall.writtenToAsk { try requests.page(id, token: token, now: seconds) }
        let response = try await call.exchange(request, answerBytesMax: Self.pageBytesMax)
        guard AnswerClass(response) == .success else {
            let failure = call.failure(response, words: AWSTrouble.words(response.body))
            guard AWSTrouble.name(response.body) == "ResourceNotFoundException" else { throw failure }
            throw CallFailure(.unknown, failure.problem, status: failure.status)
        }
        do throws(AnswerFault) {
            return try RekognitionAnswers.page(response.body, of: id, &reader)
        } catch {
            throw call.malformed(error)
        }
    }

    private static let mediaElsewhere = Problem(
        .providerRefused,
        detail: "Amazon Rekognition only reads video in S3, and this gateway keeps its artifacts elsewhere.",
        retryable: false
    )

    private static let mediaRemoved = Problem(
        .artifactRemoved,
        detail: "Amazon Rekognition looks at the whole source, which is not kept any more; "
            + "reset stage 'transcode'.",
        retryable: false
    )

    private static let endless = Problem(
        .providerRefused,
        detail: "Amazon Rekognition has more than \(pagesMax) pages of faces for this source.",
        retryable: false
    )
}
