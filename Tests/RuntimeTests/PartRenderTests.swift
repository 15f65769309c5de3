import Contracts
import Foundation
import Pipeline
import Store
import StudioSupport
import Testing

@testable import Runtime

/// Renders that make some of their ratios.
@Suite struct PartRenderTests {
    private static let mayPass = Problem(.renderFailed, detail: "1:1: the disk is full", retryable: true)
    private static let forGood = Problem(.renderFailed, detail: "1:1: no such crop", retryable: false)

    private func run(
        _ harness: Harness
    ) async throws -> (run: RunView, whole: OutputView, part: OutputView) {
        let run = try await harness.serving { try await harness.ended(try await harness.startRun()) }
        let outputs = try await harness.store.outputViews(runId: run.id)
        return (
            run, try #require(outputs.first { $0.clip == "clip-01" }),
            try #require(outputs.first { $0.clip == "clip-02" })
        )
    }

    /// A provider that makes no file of `missing` for `clip-02`, as long as `lacks` says so of an attempt.
    private func harness(
        _ problem: Problem,
        tellsWhy: Bool = true,
        missing: [AspectRatio] = [.square],
        lacks: @escaping @Sendable (_ attempt: Int) -> Bool = { _ in true }
    ) async throws -> Harness {
        try await Harness(
            spoil: { task, results in
                guard task.parameters.short?.clip == "clip-02", lacks(task.attempt) else { return }
                for ratio in missing {
                    results = results.filter { !$0.key.contains(".\(ratio.slug).") }
                }
                guard tellsWhy else { return }
                let checks = missing.map { ratio in
                    QualityReport.Check(
                        name: "rendered",
                        aspectRatio: ratio,
                        passed: false,
                        detail: "the disk is full; wanted a file"
                    )
                }
                results["qc/clip-02.json"] = try WireJSON.encode(
                    QualityReport(clip: "clip-02", checks: FakeResults.quality("clip-02").checks + checks)
                )
            },
            script: { task, _ in
                task.parameters.short?.clip == "clip-02" && lacks(task.attempt)
                    ? .lack(problem) : .work(callbacks: 1)
            }
        )
    }

    private func attempts(_ harness: Harness) -> [Int] {
        harness.provider.submitted.filter { $0.parameters.short?.clip == "clip-02" }.map(\.attempt)
    }

    @Test func `a ratio that cannot be made leaves the others, and the short says so`() async throws {
        let harness = try await harness(Self.forGood)

        let (run, whole, part) = try await run(harness)

        #expect(run.state == "fully_generated" && run.delivery.state == "completed")
        #expect(run.delivery.rendered == 2 && run.delivery.ready == 1 && run.delivery.failed == 0)
        #expect(attempts(harness) == [1])
        #expect(whole.renditions.count == 2 && whole.qc?.ready == true)
        #expect(part.state == "rendered" && part.error == nil)
        #expect(part.renditions.map(\.aspectRatio) == [.portrait] && part.renditions[0].thumbnailUrl != nil)
        #expect(part.qc?.ready == false)
        #expect(part.qc?.checks.filter { !$0.passed }.map(\.aspectRatio) == [.square])
        let warning = try #require(part.warnings.first { $0.code == "ratio-missing" })
        #expect(warning.detail == "The short has no 1:1 file: the disk is full; wanted a file.")
        #expect(warning.clip == "clip-02")
        let names = try await harness.store.artifacts(runId: run.id).map(\.name.description)
        #expect(names.filter { $0.hasPrefix("rendition/clip-02") }.count == 3)
        #expect(try await harness.eventTypes(run.id, "delivery.completed") == 1)
        #expect(try await harness.eventTypes(run.id, "output.rendered") == 2)
    }

    @Test func `a ratio that may come is asked for again before less is taken`() async throws {
        let harness = try await harness(Self.mayPass) { $0 == 1 }

        let (run, _, part) = try await run(harness)

        #expect(run.state == "fully_generated")
        #expect(attempts(harness) == [1, 2])
        #expect(part.renditions.count == 2 && part.qc?.ready == true)
        #expect(part.warnings.allSatisfy { $0.code != "ratio-missing" })
        #expect(try await harness.eventTypes(run.id, "task.redispatched") == 1)
    }

    @Test func `what the last attempt made is taken`() async throws {
        let harness = try await harness(Self.mayPass)

        let (run, _, part) = try await run(harness)

        #expect(run.state == "fully_generated")
        #expect(attempts(harness) == [1, 2, 3])
        #expect(part.renditions.map(\.aspectRatio) == [.portrait] && part.qc?.ready == false)
    }

    @Test func `a short that lacks all its ratios fails with the provider's words`() async throws {
        let harness = try await harness(Self.forGood, missing: [.portrait, .square])

        let (run, _, part) = try await run(harness)

        #expect(run.state == "delivery_failed" && run.delivery.state == "partially_failed")
        #expect(part.state == "failed" && part.error == Self.forGood && part.renditions.isEmpty)
    }

    @Test func `a ratio that is missing without a reason in the report fails the short`() async throws {
        let harness = try await harness(Self.forGood, tellsWhy: false)

        let (run, _, part) = try await run(harness)

        #expect(run.delivery.state == "partially_failed")
        #expect(part.error?.slug == "artifact-invalid")
        #expect(part.error?.detail.contains("why there is no 1:1 file") == true)
    }

    @Test func `nobody takes over a short that lacks a ratio`() async throws {
        let harness = try await harness(Self.forGood)
        let first = try await run(harness)
        #expect(first.part.renditions.count == 1)

        let second = try await run(harness)

        #expect(second.whole.reusedFrom == first.whole.id)
        #expect(second.part.reusedFrom == nil && second.part.renditions.count == 1)
        #expect(attempts(harness) == [1, 1])
    }
}
