import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Pipeline
import Postgres
import RuntimeSupport
import Store
import StudioSupport
import TestSupport
import Testing
import Threads

extension RunBench {
    /// Returns once `isSo` is, which is looked at every few milliseconds.
    @discardableResult
    func until<Value>(_ isSo: () async throws -> Value?) async throws -> Value {
        let deadline = ContinuousClock.now + .seconds(Self.waitSeconds)
        while ContinuousClock.now < deadline {
            if let value = try await isSo() { return value }
            try await Task.sleep(for: .milliseconds(Self.lookMs))
        }
        throw FakeFailure.tooLate
    }

    /// The ids of the jobs of a run's stage, once the service has all of them and the gateway knows that.
    func jobs(attempt: Int = 1) async throws -> [String] {
        try await until {
            let tasks = try await tasks()
            let areThere =
                tasks.count == setup.jobCount
                && tasks.allSatisfy { $0.state == "dispatched" && $0.attempt == attempt }
            let known = Set(tasks.compactMap(\.externalId))
            let ids = fake.jobs.all.map(\.id).filter { id in known.contains { Self.names($0, id) } }
            return areThere && ids.count == setup.jobCount ? ids : nil
        }
    }

    /// Lets all jobs of the service end well.
    func finishJobs() {
        for job in fake.jobs.all { fake.jobs.set(.done, of: job.id) }
    }

    /// Brings all that is due later to now: questions and dispatches, signals that wait, and stages that are tried again.
    func timePasses() async throws {
        try await database.pool.execute(
            """
            UPDATE tasks SET next_action_at = now()
            WHERE provider = \(setup.name) AND state IN ('minted', 'submit_unknown', 'dispatched')
                AND lease_token IS NULL AND next_action_at > now()
            """
        )
        try await database.pool.execute(
            "UPDATE jobs SET not_before = now() WHERE state = 'pending' AND not_before > now()"
        )
        wake.wake()
    }

    /// Lets time pass until `isSo` is.
    @discardableResult
    func untilTimeBrings<Value>(_ isSo: () async throws -> Value?) async throws -> Value {
        try await until {
            if let value = try await isSo() { return value }
            try await timePasses()
            return nil
        }
    }

    /// Lets the next dispatch of each task be its last.
    func triesRunOut() async throws {
        try await database.pool.execute(
            """
            UPDATE tasks SET dispatches = \(RetryPolicy.dispatch.attemptsMax - 1)
            WHERE provider = \(setup.name) AND state = 'minted' AND dispatches > 0 AND lease_token IS NULL
            """
        )
    }

    /// Brings the deadlines of the tasks to now.
    func deadlinesPass() async throws {
        try await database.pool.execute(
            """
            UPDATE tasks SET deadline_at = now() - interval '1 second'
            WHERE provider = \(setup.name) AND state = 'dispatched'
            """
        )
        try await timePasses()
    }

    /// Posts a callback about a job as its service would; returns the status of the answer.
    @discardableResult
    func callBack(
        _ id: String,
        saying state: FakeJobState = .done,
        _ change: (FakeCallback) -> FakeCallback = { $0 }
    ) async throws -> Int {
        try await post(change(try #require(fake.callback(id, saying: state))))
    }

    /// Posts a callback to the gateway, or by another client to another one.
    func post(
        _ callback: FakeCallback,
        to other: (port: Int, client: HTTPClient)? = nil
    ) async throws -> Int {
        let base = "http://127.0.0.1:\(port.withLock(\.self))"
        var url = callback.url.isEmpty ? "\(base)/v1/callbacks/\(setup.name)" : callback.url
        if let other { url = url.replacing(base, with: "http://127.0.0.1:\(other.port)") }
        let response = try await (other?.client ?? client).send(
            HTTPRequest(
                method: "POST",
                url: url,
                headers: callback.headers,
                body: Array(callback.body.utf8)
            )
        )
        return response.status
    }

    /// The same on a thread of the service, which waits for the answer.
    func postAndWait(_ callback: FakeCallback) -> Int? {
        let (done, status) = (DispatchSemaphore(value: 0), Locked<Int?>(nil))
        Task {
            let answered = try? await post(callback)
            status.withLock { $0 = answered }
            done.signal()
        }
        done.wait()
        return status.withLock(\.self)
    }

    /// The run once it has ended.
    func ended(_ runId: String) async throws -> RunView {
        try await until { try await endedNow(runId) }
    }

    func endedNow(_ runId: String) async throws -> RunView? {
        let row = try #require(
            try await database.pool.query("SELECT state FROM runs WHERE id = \(runId)").first
        )
        if ["started", "analysis_complete"].contains(try row.get("state", as: String.self)) { return nil }
        return try await store.runView(tenantId: tenantId, id: runId)
    }

    /// Whether the text of the gateway names a job of the service: it may hold several ids and a place.
    private static func names(_ externalId: String, _ id: String) -> Bool {
        externalId == id || externalId.hasSuffix("=\(id)")
    }
}
