import Contracts
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@testable import Runtime

/// What enters the fingerprint of each stage: rule 7 of the domain, field by field.
@Suite struct StageReadsTests {
    private static let style: Set<Stage> = [.enhancePlan, .enhanceBuild, .compose, .render]

    /// A run that has ended, whose records are changed one by one.
    private struct Subject {
        let harness: Harness
        let runId: String

        init() async throws {
            harness = try await Harness { _, _ in .work(callbacks: 1) }
            let harness = harness
            runId = try await harness.serving {
                try await harness.ended(try await harness.startRun(ratios: [.portrait])).id
            }
            try await harness.database.pool.execute("DROP TRIGGER artifacts_fixed ON artifacts")
        }

        func fingerprints(
            _ configuration: RuntimeConfiguration = RuntimeConfiguration(gatewayURL: "")
        ) async throws -> [Stage: String] {
            let run = try #require(try await harness.store.run(tenantId: harness.tenantId, id: runId))
            let artifacts = RunArtifacts(try await harness.store.artifacts(runId: runId))
            var found: [Stage: String] = [:]
            for definition in Workflow.shortsV1.stages {
                found[definition.stage] = try StageFingerprint.make(
                    definition,
                    run: run,
                    artifacts: artifacts,
                    identity: "fake/1",
                    configuration: configuration
                )
            }
            return found
        }

        /// The stages whose fingerprint a change of the records changes.
        func readers(of change: SQL) async throws -> Set<Stage> {
            let before = try await fingerprints()
            try await harness.database.pool.execute(change)
            let after = try await fingerprints()
            return Set(after.keys.filter { after[$0] != before[$0] })
        }
    }

    @Test func `an option changes the stages that read it and no other`() async throws {
        let subject = try await Subject()
        let cases: [(path: String, value: String, readers: Set<Stage>)] = [
            ("{language}", "\"de\"", [.transcribe]),
            ("{shorts,target_count}", "7", [.plan]),
            ("{shorts,max_count}", "9", [.plan]),
            ("{shorts,min_duration_ms}", "9000", [.plan]),
            ("{shorts,max_duration_ms}", "90000", [.plan]),
            ("{shorts,keywords}", "[\"price\"]", [.plan]),
            ("{shorts,range_ms}", "{\"start_ms\":0,\"end_ms\":9000}", [.plan]),
            ("{shorts,exclude_ranges_ms}", "[{\"start_ms\":0,\"end_ms\":1}]", [.plan]),
            ("{shorts,aspect_ratios}", "[\"1:1\"]", [.compose, .render]),
            ("{review}", "\"before_render\"", []),
            ("{reuse}", "false", []),
            ("{providers,vision}", "\"worker\"", []),
        ]
        for (path, value, readers) in cases {
            let change: SQL = """
                UPDATE runs
                SET options = jsonb_set(options, \(path)::text[], \(value)::jsonb)
                """
            #expect(try await subject.readers(of: change) == readers, "\(path)")
        }
    }

    @Test func `moments that were brought are read with the durations, keywords and nothing else`()
        async throws
    {
        let subject = try await Subject()
        let moments = #"{"moments":[{"start_ms":0,"end_ms":5000}]}"#
        let brought: SQL = "UPDATE runs SET provided = \(moments)::jsonb"
        #expect(try await subject.readers(of: brought) == [.plan])
        let cases: [(path: String, value: String, readers: Set<Stage>)] = [
            ("{shorts,min_duration_ms}", "9000", [.plan]), ("{shorts,max_duration_ms}", "90000", [.plan]),
            ("{shorts,keywords}", "[\"price\"]", [.plan]), ("{shorts,target_count}", "7", []),
        ]
        for (path, value, readers) in cases {
            let change: SQL = """
                UPDATE runs
                SET options = jsonb_set(options, \(path)::text[], \(value)::jsonb)
                """
            #expect(try await subject.readers(of: change) == readers, "\(path)")
        }
    }

    @Test func `the style enters 05, 09, 11 and 12 only, and what a client notes nothing`() async throws {
        let subject = try await Subject()

        #expect(try await subject.readers(of: "UPDATE runs SET style_package = 'brand'") == Self.style)
        #expect(try await subject.readers(of: "UPDATE runs SET style_version = 9") == Self.style)
        let digest = String(repeating: "b", count: 64)
        #expect(try await subject.readers(of: "UPDATE runs SET style_digest = \(digest)") == Self.style)
        #expect(try await subject.readers(of: "UPDATE assets SET sha256 = \(digest)") == [.transcode])
        let notes: SQL =
            #"UPDATE runs SET metadata = '{"a":"b"}', external_id = 'x', source_url = 'https://x'"#
        #expect(try await subject.readers(of: notes).isEmpty)
        let before = try await subject.fingerprints()
        var configuration = RuntimeConfiguration(gatewayURL: "elsewhere")
        #expect(try await subject.fingerprints(configuration) == before)
        configuration.sourceDurationMsMax += 1
        let after = try await subject.fingerprints(configuration)
        #expect(after.keys.filter { after[$0] != before[$0] } == [.transcode])
    }

    @Test func `an artifact changes the stages that read it and no other`() async throws {
        let subject = try await Subject()
        let cases: [(name: String, readers: Set<Stage>)] = [
            ("media.mp4", [.segment, .prepareMedia]),
            ("media.json", []),
            ("audio.wav", [.transcribe, .segment]),
            ("audio.json", []),
            ("transcript.json", [.segment, .plan, .enhancePlan, .audioPlan, .enhanceBuild, .compose]),
            ("segments.json", [.plan, .framing, .audioPlan]),
            ("plan.json", [.enhancePlan, .prepareMedia, .enhanceBuild, .compose]),
            ("enhancement-plan.json", [.enhanceBuild]),
            ("clip-media/clip-01.mp4", [.framing, .audioPlan, .render]),
            ("clip-media/clip-02.json", [.framing, .audioPlan, .prepareFinalize]),
            ("framing/clip-01.json", [.prepareFinalize]),
            ("audio-plan/clip-02.json", [.prepareFinalize]),
            ("enhancement-bundle/clip-01.json", [.compose]),
            ("prepared.json", [.compose]),
            ("composition.json", [.render]),
            ("qc/clip-01.json", []),
        ]
        for (name, readers) in cases {
            let change: SQL = """
                UPDATE artifacts SET sha256 = encode(sha256(sha256::bytea), 'hex') WHERE name = \(name)
                """
            #expect(try await subject.readers(of: change) == readers, "\(name)")
        }
    }
}
