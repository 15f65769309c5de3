import Contracts
import Foundation
import Logging
import OutboundHTTP
import Signatures
import Store
import Threads

/// One attempt, from the request to the record.
extension DeliveryEngine {
    /// What came of one attempt.
    private struct Outcome {
        var verdict: AttemptVerdict
        var requestHead: String?
        var response: HTTPResponse?
        let startedAt: Date
        var duration = Duration.zero

        /// What the endpoint's other deliveries learn from it.
        var result: AttemptResult {
            if verdict.isSlow { return verdict.outcome == .delivered ? .acceptedSlowly : .timedOut }
            guard response != nil else { return .unreachable }
            return verdict.outcome == .delivered ? .accepted : .refused
        }
    }

    func attempt(_ start: DeliverySchedule<ClaimedDelivery>.Start) async {
        CrashPoint.deliveryAfterClaim.pass()
        let delivery = start.item
        guard clock - start.begunAt < Self.silenceMsMax else {
            // This process was stopped since: another may have made the attempt.
            return takeBack(start)
        }
        guard let outcome = await send(delivery) else { return end(start, .abandoned) }
        CrashPoint.deliveryAfterResponse.pass()
        // The next may go before this one is written down, but to one that wants no more.
        let isLast = if case .disableEndpoint = outcome.verdict.next { true } else { false }
        end(start, outcome.result, bars: isLast)
        await record(outcome, of: start)
        noteWritten(delivery.endpointId, barred: isLast)
        if case .retry(let delay) = outcome.verdict.next {
            let now = clock
            state.withLock { $0.retries.add(afterMs: delay, now: now) }
            // The look into the table that is waited for would come too late.
            if delay < settings.pollMs { wake.wakeHere() }
        }
        // The next message of its run may go now.
        if delivery.target.isOrdered { wake.wakeHere() }
    }

    /// Notes in the schedule that an attempt is over.
    func end(
        _ start: DeliverySchedule<ClaimedDelivery>.Start,
        _ result: AttemptResult,
        bars: Bool = false
    ) {
        let now = clock
        let isWanting = state.withLock { state in
            state.schedule.end(start.ticket, result, bars: bars, now: now)
            return state.schedule.isWanting(start.item.endpointId, now: now)
        }
        turn.wakeHere()
        if isWanting { wake.wakeHere() }
    }

    private func noteWritten(_ endpointId: String, barred: Bool) {
        let wasBehind = state.withLock { state in
            let wasBehind = state.schedule.isBehindOnRecords
            state.schedule.noteWritten(endpointId, barred: barred)
            return wasBehind && !state.schedule.isBehindOnRecords
        }
        if wasBehind || barred { turn.wakeHere() }
        if wasBehind { wake.wakeHere() }
    }

    /// Ends an attempt that was not made; its delivery goes back.
    func takeBack(_ start: DeliverySchedule<ClaimedDelivery>.Start) {
        let now = clock
        state.withLock { $0.schedule.takeBack(start, now: now) }
        turn.wakeHere()
    }

    /// Makes one attempt; nil when we ended it ourselves.
    private func send(_ delivery: ClaimedDelivery) async -> Outcome? {
        let startedAt = now()
        let start = ContinuousClock.now
        guard let keys = delivery.keys.signing(at: startedAt) else {
            let unusable = AttemptVerdict(
                unusableSecret: delivery.scheduleNumber,
                policy: settings.policy,
                jitter: jitter()
            )
            return Outcome(verdict: unusable, startedAt: startedAt)
        }
        let message = WebhookMessage(
            id: delivery.messageId,
            url: delivery.url,
            payload: delivery.payload,
            headers: delivery.headers
        )
        let request = message.request(now: startedAt, keys: keys, timeouts: settings.timeouts)
        let requestHead = message.recordedHead(of: request)
        do throws(TransferError) {
            let response = try await client.send(request)
            let verdict = AttemptVerdict(
                response: response,
                attempt: delivery.scheduleNumber,
                policy: settings.policy,
                jitter: jitter(),
                now: now()
            )
            return Outcome(
                verdict: verdict,
                requestHead: requestHead,
                response: response,
                startedAt: startedAt,
                duration: ContinuousClock.now - start
            )
        } catch {
            // It says nothing of the endpoint, and the lease runs out by itself.
            if error.code == .cancelled || error.code == .closed { return nil }
            let verdict = AttemptVerdict(
                error: error,
                attempt: delivery.scheduleNumber,
                policy: settings.policy,
                jitter: jitter()
            )
            return Outcome(
                verdict: verdict,
                requestHead: requestHead,
                startedAt: startedAt,
                duration: ContinuousClock.now - start
            )
        }
    }

    private func record(_ outcome: Outcome, of start: DeliverySchedule<ClaimedDelivery>.Start) async {
        let (verdict, delivery) = (outcome.verdict, start.item)
        let attempt = NewAttempt(
            number: delivery.attemptNumber,
            outcome: verdict.outcome,
            status: verdict.status,
            problem: verdict.problem,
            startedAt: outcome.startedAt,
            durationMs: Int(outcome.duration / .milliseconds(1)),
            responseBody: outcome.response.map { Data($0.body) },
            responseHeaders: outcome.response.map { RecordedHeaders.select($0.headers) },
            resends: verdict.resends,
            timing: verdict.timing.map { AttemptTiming($0) },
            requestHead: outcome.requestHead,
            url: delivery.url
        )
        do {
            let isRecorded = try await finish(start, attempt: attempt, next: verdict.next)
            CrashPoint.deliveryAfterCommit.pass()
            logger.debug(
                isRecorded ? "webhook attempt made" : "webhook attempt superseded by another's claim",
                metadata: metadata(of: delivery, verdict)
            )
        } catch {
            var metadata = metadata(of: delivery, verdict)
            metadata["error"] = "\(error)"
            logger.error("webhook attempt made but not recorded: it will be made again", metadata: metadata)
        }
    }

    private func metadata(of delivery: ClaimedDelivery, _ verdict: AttemptVerdict) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "delivery": "\(delivery.deliveryId)", "message": "\(delivery.messageId)",
            "endpoint": "\(delivery.endpointId)", "attempt": "\(delivery.attemptNumber)",
            "outcome": "\(verdict.outcome.rawValue)",
        ]
        if let status = verdict.status { metadata["status"] = "\(status)" }
        return metadata
    }

    /// Writes an attempt down, trying again while the lease holds and the database is away.
    private func finish(
        _ start: DeliverySchedule<ClaimedDelivery>.Start,
        attempt: NewAttempt,
        next: DeliveryNext
    ) async throws -> Bool {
        let retry = RecordRetry(firstPauseMs: settings.recordPauseMs)
        let leaseEnd = start.leasedAt + settings.leaseSeconds * 1_000
        var tries = 0
        while true {
            do {
                // Bookkeeping of what has happened on the wire ends also when the engine is cancelled meanwhile: a
                // group is written by tasks of its own.
                return try await store.finishDelivery(start.item.lease, attempt: attempt, next: next)
            } catch {
                tries += 1
                let pause = retry.pauseMs(
                    afterTries: tries,
                    mayGoOn: !isStopping && (Store.isAway(error) || Store.isOverloaded(error)),
                    leaseMsLeft: leaseEnd - clock
                )
                guard let pause else { throw error }
                await Task { try? await Task.sleep(for: .milliseconds(pause)) }.value
            }
        }
    }
}

extension AttemptTiming {
    fileprivate init(_ timing: TransferTiming) {
        self.init(
            dnsMs: timing.dnsMilliseconds,
            connectMs: timing.connectMilliseconds,
            tlsMs: timing.tlsMilliseconds,
            firstByteMs: timing.firstByteMilliseconds
        )
    }
}
