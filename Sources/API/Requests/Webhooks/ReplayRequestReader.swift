import Contracts
import Foundation
import Store

/// Reads what is to be sent again.
struct ReplayRequestReader {
    let now: Date

    /// A request that was a moment on its way is not refused for it.
    private static let slackSeconds = 300.0
    private static let daySeconds = 86_400.0

    /// Body of `POST /v1/webhook-messages/{id}/replay`: the endpoint that is to have it, nil for all.
    static func readTarget(_ value: JSONValue, findings: inout Findings) -> String? {
        guard var body = ObjectReader(value, at: "", findings: &findings) else { return nil }
        let id = body.string("endpoint_id", findings: &findings)
        body.finish(findings: &findings)
        if let id, !ResourceID.isValid(id, .endpoint) {
            findings.add("/endpoint_id", "is not an endpoint's id")
        }
        return id
    }

    /// Body of `POST /v1/webhook-endpoints/{id}/replay`.
    func readReplay(_ value: JSONValue, findings: inout Findings) -> ReplaySelection? {
        guard var body = ObjectReader(value, at: "", findings: &findings) else { return nil }
        let states = readStates(&body, findings: &findings)
        let filter = EventFilterReader.read(&body, "event_types", findings: &findings)
        return finish(&body, states: states, filter: filter ?? .every, findings: &findings)
    }

    /// Body of `POST /v1/webhook-endpoints/{id}/recover`: what failed since a time, which is not too long ago.
    func readRecovery(_ value: JSONValue, findings: inout Findings) -> ReplaySelection? {
        guard var body = ObjectReader(value, at: "", findings: &findings) else { return nil }
        let selection = finish(&body, states: [.exhausted], filter: .every, findings: &findings)
        let first = now.addingTimeInterval(
            -Double(Store.recoverDaysMax) * Self.daySeconds - Self.slackSeconds
        )
        if let selection, selection.since < first {
            findings.add(
                "/since",
                "lies more than \(Store.recoverDaysMax) days back; \(Timestamp.format(first)) is the earliest now",
                slug: .recoverTooFar
            )
        }
        return selection
    }

    /// Reads what both have in common.
    private func finish(
        _ body: inout ObjectReader,
        states: Set<ReplaySelection.State>,
        filter: EventFilter,
        findings: inout Findings
    ) -> ReplaySelection? {
        if body.value("since") == nil { findings.add("/since", "is required") }
        let since = time(&body, "since", findings: &findings)
        let until = time(&body, "until", findings: &findings)
        let after = body.string("after", findings: &findings)
        let limit = body.integer("limit", in: 1...ReplaySelection.limitMax, findings: &findings)
        body.finish(findings: &findings)
        if let after, !ResourceID.isValid(after, .message) {
            findings.add("/after", "is not the 'next' of an earlier answer")
        }
        guard let since else { return nil }
        if since > now.addingTimeInterval(Self.slackSeconds) { findings.add("/since", "lies in the future") }
        if let until, until <= since { findings.add("/until", "must be later than 'since'") }
        return ReplaySelection(
            states: states,
            filter: filter,
            since: since,
            until: until,
            after: after,
            limit: limit ?? ReplaySelection.limitMax
        )
    }

    /// All that is not waiting for its next attempt, where none is named.
    private func readStates(
        _ body: inout ObjectReader,
        findings: inout Findings
    ) -> Set<ReplaySelection.State> {
        let words = ReplaySelection.State.allCases.map(\.rawValue).joined(separator: ", ")
        guard let elements = body.array("states", countMax: 10, findings: &findings) else {
            return [.delivered, .exhausted, .missing]
        }
        var states: Set<ReplaySelection.State> = []
        for (pointer, value) in elements {
            guard
                let text = ObjectReader.string(value, at: pointer, lengthMax: 20, findings: &findings)
            else { continue }
            guard let state = ReplaySelection.State(rawValue: text) else {
                findings.add(pointer, "must be one of \(words)")
                continue
            }
            states.insert(state)
        }
        if elements.isEmpty { findings.add("/states", "names none; leave it out, or name some of \(words)") }
        return states
    }

    private func time(_ body: inout ObjectReader, _ name: String, findings: inout Findings) -> Date? {
        guard let text = body.string(name, lengthMax: 40, findings: &findings) else { return nil }
        guard let time = Timestamp.parse(text) else {
            findings.add("/\(name)", QueryReader.timeAdvice)
            return nil
        }
        return time
    }
}
