package import Contracts
package import Foundation
package import OutboundHTTP
package import Pipeline
package import Signatures

/// Transcription by Amazon Transcribe, of audio that lies in S3; the job's name is ours and known before.
package struct AWSTranscribeProvider: Provider {
    package static let standardName = "aws-transcribe"

    package let name: String
    package let identity = "aws-transcribe/2017-10-26"
    package let pollSchedule = PollSchedule.transcription(mediaMs: nil, hasCallbacks: false)
    /// A job of the same name is the same job.
    package let submission = Submission.idempotent
    /// Events come to one address and name their job.
    package let namesTasks = true
    package let callbackTrust: CallbackTrust
    private let settings: AWSTranscribeSettings
    private let requests: AWSTranscribeRequests
    private let call: ProviderCall
    private let media: S3Finder
    private let topics: SNSVerifier
    private let now: @Sendable () -> Date

    /// `linkClient` asks the gateway's own links, which may lie in a private network, where the audio lies.
    package init(
        name: String = standardName,
        settings: AWSTranscribeSettings,
        client: HTTPClient,
        linkClient: HTTPClient,
        meter: ProviderMeter,
        certificates: SNSCertificates,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.name = name
        self.settings = settings
        self.now = now
        callbackTrust = settings.topics.isEmpty ? .secret : .signed
        requests = AWSTranscribeRequests(settings: settings)
        call = ProviderCall(provider: name, client: client, meter: meter)
        media = S3Finder(links: ProviderCall(provider: name, client: linkClient, meter: meter))
        topics = SNSVerifier(topics: settings.topics, certificates: certificates, now: now)
    }

    package func performs(_ kind: ProviderTask.Kind) -> Bool { kind == .transcribe }

    /// Asks for a job that is not there, and for an object that is not in the output bucket.
    package func checkKey() async -> KeyVerdict {
        guard let request = try? requests.job("reelgate-doctor", now: seconds) else {
            return .unasked("its request cannot be written")
        }
        let verdict = await call.verdict(on: request) { response in
            guard AnswerClass(response) == .refused, response.status == 400 else {
                return KeyVerdict(response)
            }
            let name = AWSTrouble.name(response.body) ?? "no name"
            let isMissing = ["NotFoundException", "BadRequestException"].contains(name)
            return isMissing ? .accepted : .refused("it answered with error '\(name)'")
        }
        guard verdict == .accepted, let bucket = settings.outputBucket else { return verdict }
        let place = settings.endpoint ?? "https://s3.\(settings.region).amazonaws.com"
        let object = "\(place)/\(bucket)/\(settings.outputPrefix)reelgate-doctor.json"
        guard let missing = requests.transcript(object, now: seconds) else { return verdict }
        return await call.verdict(on: missing) { KeyVerdict(onMissingIn: bucket, $0) }
    }

    /// Events are sent at best effort, so it is asked as if there were none.
    package func pollSchedule(for kind: ProviderTask.Kind, mediaMs: Int?) -> PollSchedule {
        .transcription(mediaMs: mediaMs, hasCallbacks: false)
    }

    package func submit(_ task: ProviderTask, callbackSecret: Secret) async -> SubmitResult {
        do throws(Problem) {
            let input = try TranscriptionInput(task, provider: name)
            let jobName = AWSTranscribeRequests.jobName(taskId: task.taskId, attempt: task.attempt)
            return await submit(input, as: jobName)
        } catch {
            return .refused(error)
        }
    }

    package func find(_ task: TaskReference) async -> FindResult {
        let jobName = AWSTranscribeRequests.jobName(taskId: task.taskId, attempt: task.attempt)
        do throws(CallFailure) {
            return try await job(jobName) == nil ? .notFound : .found(externalId: jobName)
        } catch {
            return error.findResult
        }
    }

    package func poll(_ task: TaskReference, told: ToldCallback?) async -> PollResult {
        guard let jobName = ProviderId.plain(task.externalId) else { return .forgotten }
        do throws(CallFailure) {
            guard let told = try await job(jobName) else { return .forgotten }
            if let result = told.progress.pollResult(task, call) { return result }
            if let transcript = try await transcript(told) { return .heard(transcript, of: task) }
            // The link was good for a quarter of an hour; asked again, AWS makes a new one.
            guard let again = try await job(jobName), let transcript = try await transcript(again) else {
                throw call.malformed("its transcript cannot be fetched").ofResult
            }
            return .heard(transcript, of: task)
        } catch {
            return error.pollResult
        }
    }

    /// A job cannot be stopped; it is removed with what it made.
    package func cancel(externalId: String) async {
        guard let jobName = ProviderId.plain(externalId),
            let request = try? requests.delete(jobName, now: seconds)
        else { return }
        _ = try? await call.exchange(request)
    }

    /// By a message of SNS, or by the header of an EventBridge API destination.
    package func verify(_ callback: IncomingCallback) async -> CallbackVerdict {
        if callback.headers[SNSVerifier.kindHeader] != nil { return await topics.verify(callback) }
        guard let secret = settings.callbackSecret else {
            return .rejected(reason: "no events are expected")
        }
        return HeaderSecretVerifier(header: "authorization", shared: secret).verify(callback)
    }

    package func subject(ofCallback body: [UInt8]) -> String? {
        AWSTranscribeAnswers.jobName(ofCallback: body)
    }

    package func externalId(told: ToldCallback) -> String? { subject(ofCallback: told.body) }

    private var seconds: Int64 { Int64(now().timeIntervalSince1970) }

    private func submit(_ input: TranscriptionInput, as jobName: String) async -> SubmitResult {
        do throws(CallFailure) {
            guard let audio = try await media.object(input.audio.url) else {
                return .refused(Self.mediaElsewhere)
            }
            let request = try ProviderCall.writtenToAsk {
                try requests.start(jobName, media: audio, language: input.language, now: seconds)
            }
            let response = try await call.exchange(request, answerBytesMax: ProviderCall.receiptBytesMax)
            let words = AWSTrouble.words(response.body)
            switch (AnswerClass(response), AWSTrouble.name(response.body)) {
            case (.success, _), (_, "ConflictException"):
                return .accepted(externalId: jobName, report: nil)
            // Too many jobs, or too long a file: only the words tell.
            case (_, "LimitExceededException") where Self.isTooLong(words):
                return .refused(call.failure(response, words: words).permanent)
            default: throw call.failure(response, words: words)
            }
        } catch {
            return error.submitResult
        }
    }

    /// Nil where AWS knows no job of that name.
    private func job(_ jobName: String) async throws(CallFailure) -> AWSTranscribeAnswers.Told? {
        let request = try ProviderCall.writtenToAsk { try requests.job(jobName, now: seconds) }
        let response = try await call.exchange(request, answerBytesMax: ProviderCall.receiptBytesMax)
        guard AnswerClass(response) == .success else {
            let words = AWSTrouble.words(response.body)
            let isMissing =
                AWSTrouble.name(response.body) == "NotFoundException"
                || words?.contains("couldn't be found") == true
            if isMissing { return nil }
            throw call.failure(response, words: words)
        }
        do throws(AnswerFault) {
            return try AWSTranscribeAnswers.job(response.body, name: jobName)
        } catch {
            throw call.malformed(error.reason)
        }
    }

    /// Nil where the link is not good any more.
    private func transcript(_ told: AWSTranscribeAnswers.Told) async throws(CallFailure) -> HeardTranscript? {
        guard let uri = told.transcriptURI, let request = requests.transcript(uri, now: seconds) else {
            throw call.malformed("its transcript lies at no address of AWS").ofResult
        }
        let response = try await call.exchange(request)
        if response.status == 403 || response.status == 404 { return nil }
        guard AnswerClass(response) == .success else { throw call.failure(response).ofResult }
        do throws(AnswerFault) {
            return try AWSTranscribeAnswers.transcript(response.body, language: told.language)
        } catch {
            throw call.malformed(error.ofResult)
        }
    }

    private static let mediaElsewhere = Problem(
        .providerRefused,
        detail: "Amazon Transcribe only reads audio in S3, and this gateway keeps its artifacts elsewhere.",
        retryable: false
    )

    private static func isTooLong(_ words: String?) -> Bool {
        let words = words?.lowercased() ?? ""
        return words.contains("duration") || words.contains("size") || words.contains("too long")
    }
}
