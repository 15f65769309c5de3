import Contracts
import HTTPTypes
import Hummingbird
import Store

/// The log of a run: as a list, or live.
struct EventRoutes: Sendable {
    let services: APIServices
    let configuration: APIConfiguration
    let streams: StreamSlots

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/v1/runs/{id}/events",
                .key(.runsRead),
                query: ["limit", "after"],
                handler: events
            )
        ]
    }

    @Sendable private func events(_ request: Request, _ context: APIContext) async throws -> Response {
        let id = try context.id(.run)
        let query = try QueryReader(request, known: ["limit", "after"])
        guard let run = try await services.store.run(tenantId: try context.tenantId, id: id) else {
            throw Problem.noSuchObject
        }
        guard Self.wantsStream(request) else { return try await list(runId: run.id, query: query) }
        let start = try await resumePoint(request, query: query, runId: run.id)
        return try stream(runId: run.id, tenantId: run.tenantId, after: start)
    }

    /// Oldest first, since a log is read forwards; `after` is the sequence of the last event that was read.
    private func list(runId: String, query: QueryReader) async throws -> Response {
        let limit = Int(try query.integer("limit", in: 1...100, default: 25))
        let after = try query.integer("after", in: 0...Int64.max, default: 0)
        // One more than asked tells whether there are more.
        let events = try await services.store.events(runId: runId, afterSequence: after, limit: limit + 1)
        if events.isEmpty, let last = try await lastSequence(runId, before: after) {
            throw QueryReader.problem("after", Self.aheadAdvice(last))
        }
        let page = Array(events.prefix(limit))
        let hasMore = events.count > limit
        let next = hasMore ? page.last.map { String($0.sequence) } : nil
        return try .json(Page(data: page, hasMore: hasMore, next: next))
    }

    private func stream(runId: String, tenantId: String, after: Int64) throws -> Response {
        guard let slot = streams.take() else {
            throw Problem(.unavailable, detail: "Too many event streams are open.")
        }
        let stream = EventStream(
            store: services.store,
            timing: configuration.stream,
            runId: runId,
            tenantId: tenantId
        )
        let body = ResponseBody { writer in
            defer { slot.release() }
            try await stream.write(to: &writer, after: after)
            try await writer.finish(nil)
        }
        let headers: HTTPFields = [
            .contentType: "text/event-stream", .cacheControl: "no-store", .accelBuffering: "no",
        ]
        return Response(status: .ok, headers: headers, body: body)
    }

    private static func wantsStream(_ request: Request) -> Bool {
        let accepted = request.headers[values: .accept].joined(separator: ",").split(separator: ",")
        return accepted.contains { part in
            part.prefix { $0 != ";" }.filter { $0 != " " }.lowercased() == "text/event-stream"
        }
    }

    /// `Last-Event-ID` of a client that comes back wins over the place where it once began.
    private func resumePoint(_ request: Request, query: QueryReader, runId: String) async throws -> Int64 {
        guard let text = request.headers[.lastEventId] else {
            let after = try query.integer("after", in: 0...Int64.max, default: 0)
            if let last = try await lastSequence(runId, before: after) {
                throw QueryReader.problem("after", Self.aheadAdvice(last))
            }
            return after
        }
        guard let sequence = Int64(text), sequence >= 0 else {
            throw Problem(.invalidRequest, detail: "The Last-Event-ID header is not a sequence number.")
        }
        if let last = try await lastSequence(runId, before: sequence) {
            throw Problem(
                .invalidRequest,
                detail: "The Last-Event-ID header \(Self.aheadAdvice(last))."
            )
        }
        return sequence
    }

    /// The end of a run's log, where a place lies ahead of it: whoever went on from there would miss what comes.
    ///
    /// Of a run whose log is not kept any more nobody can tell.
    private func lastSequence(_ runId: String, before place: Int64) async throws -> Int64? {
        guard place > 0, let last = try await services.store.lastSequence(runId: runId), last < place else {
            return nil
        }
        return last
    }

    private static func aheadAdvice(_ last: Int64) -> String {
        "must be a sequence that this run has told; \(last) is its last one"
    }
}
