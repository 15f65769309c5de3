import Contracts
import Foundation
import Testing

@testable import reelgate

@Suite struct ProgressTests {
    @Test func `a stage under way shows its share as a bar`() {
        let lines = RunProgressLines(run: run(jobs: [job("transcode", "01", "in_progress", progress: 0.5)]))
            .lines

        #expect(lines == ["01 transcode        [############............] in_progress"])
    }

    @Test func `only what changed is told where lines cannot be redrawn`() {
        let before = run(jobs: [job("transcode", "01", "completed"), job("transcribe", "02", "pending")])
        let after = run(jobs: [job("transcode", "01", "completed"), job("transcribe", "02", "in_progress")])

        let changes = RunProgressLines(run: after).changes(since: before)

        #expect(changes.count == 1)
        #expect(changes.first?.hasPrefix("02 transcribe") == true)
    }

    @Test func `a table's columns are as wide as their widest cell`() {
        var table = TextTable(columns: ["a", "bb"])
        table.add(["long", "x"])

        #expect(table.text == "a     bb\n----  --\nlong  x")
    }

    @Test(arguments: [(400, "0.4s"), (59_900, "59.9s"), (185_000, "3m 05s")])
    func `durations read as people say them`(milliseconds: Int, text: String) {
        #expect(Duration.milliseconds(milliseconds).shortText == text)
    }

    private func job(_ stage: String, _ number: String, _ state: String, progress: Double = 0) -> JobView {
        JobView(
            id: "job_1",
            runId: "run_1",
            stage: stage,
            number: number,
            state: state,
            attempt: 1,
            progress: progress,
            provider: nil,
            fingerprint: nil,
            reusedFrom: nil,
            waitsOn: nil,
            warnings: [],
            usage: nil,
            error: nil,
            startedAt: nil,
            finishedAt: nil
        )
    }

    private func run(jobs: [JobView]) -> RunView {
        RunView(
            id: "run_1",
            state: "started",
            workflow: .init(
                name: "shorts.v1",
                state: "in_progress",
                startedAt: nil,
                completedAt: nil,
                failedAt: nil
            ),
            delivery: .init(
                state: "pending",
                total: 0,
                pending: 0,
                rendering: 0,
                rendered: 0,
                ready: 0,
                failed: 0
            ),
            progress: 0,
            source: .init(url: nil, assetId: "ast_1", sha256: nil, sizeBytes: nil, durationMs: nil),
            style: .init(package: "default", version: 1, digest: ""),
            options: .init(shorts: .init(), review: .none, language: nil, providers: .init()),
            jobs: jobs,
            warnings: [],
            error: nil,
            metadata: [:],
            externalId: nil,
            rerunOf: nil,
            createdAt: Date(timeIntervalSince1970: 0),
            finishedAt: nil
        )
    }
}
