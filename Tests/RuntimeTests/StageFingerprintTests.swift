import Contracts
import Pipeline
import Store
import Testing

@testable import Runtime

@Suite struct StageFingerprintTests {
    /// The fingerprints of a run that was rendered, by stage.
    private func fingerprints(_ harness: Harness, _ runId: String) async throws -> [Stage: String] {
        let jobs = try await harness.store.jobs(runId: runId)
        return Dictionary(
            uniqueKeysWithValues: jobs.compactMap { job in job.fingerprint.map { (job.stage, $0) } }
        )
    }

    @Test func `equal runs have equal fingerprints`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }

        let (first, second) = try await harness.serving {
            let first = try await harness.ended(try await harness.startRun())
            return (first, try await harness.ended(try await harness.startRun()))
        }

        let one = try await fingerprints(harness, first.id)
        #expect(one.count == 11)
        #expect(try await fingerprints(harness, second.id) == one)
    }

    @Test func `only the stages that read the style or the ratios change with them`() async throws {
        let harness = try await Harness { _, _ in .work(callbacks: 1) }
        let runId = try await harness.serving {
            try await harness.ended(try await harness.startRun(ratios: [.portrait])).id
        }
        let run = try #require(try await harness.store.run(tenantId: harness.tenantId, id: runId))
        let artifacts = RunArtifacts(try await harness.store.artifacts(runId: runId))
        let configuration = RuntimeConfiguration(gatewayURL: "")

        let readers = try Workflow.shortsV1.stages.filter { definition in
            let options = try StageReads.options(of: definition.stage, run: run, configuration: configuration)
            return options["style"] != nil
        }.map(\.stage)

        #expect(readers == [.enhancePlan, .enhanceBuild, .compose, .render])
        for definition in Workflow.shortsV1.stages {
            let other = try StageFingerprint.make(
                definition,
                run: run,
                artifacts: artifacts,
                identity: "another/2",
                configuration: configuration
            )
            let same = try StageFingerprint.make(
                definition,
                run: run,
                artifacts: artifacts,
                identity: "another/2",
                configuration: configuration
            )
            #expect(other == same)
            #expect(try await fingerprints(harness, runId)[definition.stage] != other)
        }
    }
}
