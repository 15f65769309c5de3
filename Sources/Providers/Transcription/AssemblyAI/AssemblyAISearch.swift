import Contracts
import Foundation
import OutboundHTTP

/// Looks for the transcript of one attempt among all that its account has, most of them strangers'.
///
/// A list does not say where callbacks go, so each transcript is asked for that was made since the task was. That it is
/// not there is only said when all of them were looked at.
struct AssemblyAISearch: Sendable {
    /// Lists that are read, and transcripts that are asked for, in one search.
    static let pagesMax = 10
    static let looksMax = 300
    /// Transcripts that cannot be read, and are passed over.
    static let unreadMax = 3
    /// How far the clock of AssemblyAI may be from ours.
    static let clockSkewSeconds: TimeInterval = 600
    /// Nothing that comes soon makes a search that was too large smaller.
    static let retryAfterMs = 120_000

    let requests: AssemblyAIRequests
    let call: ProviderCall

    /// What was listed of the time in question, and whether that is all of it.
    private struct Listed {
        var ids: [String] = []
        var isWhole = true
    }

    func find(_ task: TaskReference) async throws(CallFailure) -> FindResult {
        let since = ResourceID.madeAt(task.taskId)?.addingTimeInterval(-Self.clockSkewSeconds)
        let listed = try await list(since: since)
        var unread: [CallFailure] = []
        for id in Self.fromBothEnds(listed.ids).prefix(Self.looksMax) {
            do throws(CallFailure) {
                if try await isOurs(id, task) { return .found(externalId: id) }
            } catch {
                // One that is broken must not hide those behind it; a server that is silent would be waited for each time.
                guard error.kind == .unclear, error.status != nil, unread.count < Self.unreadMax else {
                    throw error
                }
                unread.append(error)
            }
        }
        if let first = unread.first { throw first }
        guard listed.isWhole, listed.ids.count <= Self.looksMax else {
            return .unreachable(tooMany, retryAfterMs: Self.retryAfterMs)
        }
        return .notFound
    }

    /// It was ordered soon after its task was made, or not long ago where the task had to wait for its turn.
    static func fromBothEnds(_ ids: [String]) -> [String] {
        (0..<ids.count).map { index in
            index.isMultiple(of: 2) ? ids[ids.count - 1 - index / 2] : ids[index / 2]
        }
    }

    /// The newest come first, page after page, until they are older than what is looked for.
    private func list(since: Date?) async throws(CallFailure) -> Listed {
        var listed = Listed()
        var last: String?
        for _ in 0..<Self.pagesMax {
            let page = try await call.read(requests.list(before: last), words: AssemblyAIAnswers.words) {
                (bytes) throws(AnswerFault) in try AssemblyAIAnswers.page(bytes)
            }
            for item in page.items {
                if let since, let madeAt = item.madeAt, madeAt < since { return listed }
                // No id of ours looks otherwise.
                if let id = ProviderId.plain(item.id) { listed.ids.append(id) }
            }
            guard page.hasOlder, let oldest = page.items.last.flatMap({ ProviderId.plain($0.id) }),
                oldest != last
            else {
                listed.isWhole = !page.hasOlder || page.items.isEmpty
                return listed
            }
            last = oldest
        }
        listed.isWhole = false
        return listed
    }

    private func isOurs(_ id: String, _ task: TaskReference) async throws(CallFailure) -> Bool {
        let response: HTTPResponse
        do throws(CallFailure) {
            response = try await call.exchange(requests.transcript(id))
        } catch {
            // Ours would be of no use if it were so long.
            if error.word == TransferError.Code.tooLarge.rawValue { return false }
            throw error
        }
        switch AnswerClass(response) {
        case .success:
            let address = AssemblyAIAnswers.callbackAddress(response.body)
            return address?.hasSuffix(TaskTag.added(TaskTag.of(task), to: "")) == true
        // One that was removed meanwhile, or is not shown, is none of ours.
        case .unknown, .refused: return false
        case .busy, .away, .unclear:
            throw call.failure(response, words: AssemblyAIAnswers.words(response))
        }
    }

    private var tooMany: Problem {
        Problem(
            .providerUnreachable,
            detail:
                "Provider '\(call.provider)' has too many transcripts to tell whether this task's is among them.",
            retryable: true
        )
    }
}
