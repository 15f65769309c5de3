import Artifacts
import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import StudioSupport
import TestSupport
import Testing

extension RunBench {
    /// A task that was given to the service.
    struct TaskLook: Sendable {
        let id: String
        let state: String
        let attempt: Int
        let externalId: String?
        let settledBy: String?
        let dispatches: Int
        let polls: Int
        /// When it is looked at next, from now.
        let nextMs: Int
        let problem: Problem?
    }

    /// Oldest first.
    func tasks() async throws -> [TaskLook] {
        try await database.pool.query(
            """
            SELECT id, state, attempt, external_id, settled_by, dispatches, polls, problem,
                (extract(epoch FROM next_action_at - now()) * 1000)::bigint AS next_ms
            FROM tasks
            WHERE provider = \(setup.name) AND run_id IN (SELECT id FROM runs WHERE tenant_id = \(tenantId))
            ORDER BY created_at, id
            """
        ).map { row in
            TaskLook(
                id: try row.get("id"),
                state: try row.get("state"),
                attempt: try row.get("attempt"),
                externalId: try row.get("external_id"),
                settledBy: try row.get("settled_by"),
                dispatches: try row.get("dispatches"),
                polls: try row.get("polls"),
                nextMs: try row.get("next_ms") ?? 0,
                problem: try (row.get("problem") as String?).map {
                    try WireJSON.decode(Problem.self, from: Data($0.utf8))
                }
            )
        }
    }

    /// Returns once all tasks are in a state, none of them in anybody's hands.
    @discardableResult
    func tasksAre(_ state: String, attempt: Int = 1) async throws -> [TaskLook] {
        try await until {
            let held: Int = try await database.pool.query(
                """
                SELECT count(*) AS n FROM tasks
                WHERE provider = \(setup.name) AND lease_token IS NOT NULL
                    AND run_id IN (SELECT id FROM runs WHERE tenant_id = \(tenantId))
                """
            )[0].get("n")
            let tasks = try await tasks()
            let areSo =
                tasks.count == setup.jobCount
                && tasks.allSatisfy { $0.state == state && $0.attempt == attempt }
            return areSo && held == 0 ? tasks : nil
        }
    }

    /// What came in from the service, oldest first, as operators see it.
    func inbox(_ state: CallbackState? = nil) async throws -> [CallbackView] {
        // One may go on to its next state between two looks.
        var found: [String: CallbackView] = [:]
        for state in state.map({ [$0] }) ?? CallbackState.allCases {
            let filter = Store.CallbackFilter(state: state, provider: setup.name)
            let views = try await store.callbacks(filter, limit: 200, after: nil).data
            for view in views { found[view.id] = view }
        }
        return found.values.sorted { $0.id < $1.id }
    }

    /// Returns once so many callbacks were looked at and put off for some seconds.
    func signalsWait(_ count: Int) async throws {
        try await until {
            let waiting: Int = try await database.pool.query(
                """
                SELECT count(*) AS n FROM callbacks
                WHERE provider = \(setup.name) AND state = 'stored' AND lease_token IS NOT NULL
                    AND lease_until BETWEEN now() AND now() + interval '10 seconds'
                """
            )[0].get("n")
            return waiting == count ? true : nil
        }
    }

    /// Results of all callbacks that were applied, once none waits and there are so many.
    func applied(_ count: Int) async throws -> [String] {
        try await until {
            let applied = try await inbox(.applied)
            let isQuiet = try await inbox(.stored).isEmpty
            return applied.count == count && isQuiet ? applied.map { $0.result ?? "" } : nil
        }
    }

    /// How often a stage ended.
    struct Ends: Hashable, Sendable {
        var well = 0
        var badly = 0
    }

    /// How often the stage ended, by the log of the run: of a render stage, its shorts.
    func ends(_ runId: String) async throws -> Ends {
        let events = try await store.events(runId: runId, afterSequence: 0, limit: 1_000)
        if setup.stage == .render {
            return Ends(
                well: events.count { $0.type == "output.rendered" },
                badly: events.count { $0.type == "output.failed" }
            )
        }
        let own = events.filter { $0.stage == setup.stage.rawValue }
        return Ends(
            well: own.count { $0.type == "job.completed" },
            badly: own.count { $0.type == "job.failed" }
        )
    }

    /// Holds a run against what its service truly made: one end of the stage, told on one of these ways, and the result
    /// that the service has.
    func expectMade(
        _ run: RunView,
        by ways: Set<String>,
        attempt: Int = 1,
        orders: Int? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        #expect(run.state == "fully_generated", "\(run.error?.detail ?? "")", sourceLocation: sourceLocation)
        let tasks = try await tasks()
        #expect(tasks.count == setup.jobCount, sourceLocation: sourceLocation)
        for task in tasks {
            #expect(
                task.state == "completed" && task.attempt == attempt && ways.contains(task.settledBy ?? ""),
                "\(task)",
                sourceLocation: sourceLocation
            )
        }
        #expect(
            fake.jobs.all.count == orders ?? setup.jobCount,
            "the service was given work it need not have done",
            sourceLocation: sourceLocation
        )
        let ends = try await ends(run.id)
        #expect(ends == Ends(well: setup.jobCount), sourceLocation: sourceLocation)
        switch setup.stage {
        case .transcribe:
            let transcript = try await transcript(run.id)
            #expect(
                transcript.words.map(\.text) == FakeResults.transcript.words.map(\.text),
                sourceLocation: sourceLocation
            )
            #expect(transcript.language.hasPrefix("en"), sourceLocation: sourceLocation)
        case .render:
            for output in try await store.outputViews(runId: run.id) {
                #expect(
                    output.renditions.map(\.aspectRatio) == [.portrait] && output.qc?.ready == true,
                    "\(output)",
                    sourceLocation: sourceLocation
                )
            }
        case .framing: try await expectFaces(run.id, sourceLocation)
        default: Issue.record("nobody looks at what \(setup.stage) makes", sourceLocation: sourceLocation)
        }
    }

    /// The problem that a run, or each of its shorts, failed with.
    func failure(
        _ run: RunView,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Problem {
        let ends = try await ends(run.id)
        if setup.stage == .render {
            #expect(run.delivery.state == "failed", sourceLocation: sourceLocation)
            #expect(ends == Ends(badly: setup.jobCount), sourceLocation: sourceLocation)
            let problems = try await store.outputViews(runId: run.id).compactMap(\.error)
            #expect(problems.count == setup.jobCount, sourceLocation: sourceLocation)
            return try #require(problems.first)
        }
        #expect(run.state == "failed", sourceLocation: sourceLocation)
        #expect(ends == Ends(badly: 1), sourceLocation: sourceLocation)
        return try #require(run.error, sourceLocation: sourceLocation)
    }

    /// Every clip is framed by the face that the service saw in it.
    private func expectFaces(_ runId: String, _ sourceLocation: SourceLocation) async throws {
        let records = try await store.artifacts(runId: runId).filter {
            $0.name.description.hasPrefix("framing/")
        }
        #expect(records.count == setup.shortCount, sourceLocation: sourceLocation)
        for record in records {
            let framing = try await readArtifact(Framing.self, record)
            let face = FakeFaces.rect(width: framing.width, height: framing.height)
            #expect(
                framing.warnings.isEmpty && framing.shots.count == 1,
                "\(framing.warnings)",
                sourceLocation: sourceLocation
            )
            for shot in framing.shots {
                #expect(shot.faces.map(\.box) == [face], sourceLocation: sourceLocation)
                #expect(
                    shot.crops.contains { $0.aspectRatio == .portrait && $0.rect.contains(face) },
                    sourceLocation: sourceLocation
                )
            }
        }
    }

    private func transcript(_ runId: String) async throws -> Transcript {
        let record = try #require(
            try await store.artifacts(runId: runId).first { $0.name.description == "transcript.json" }
        )
        return try await readArtifact(Transcript.self, record)
    }
}
