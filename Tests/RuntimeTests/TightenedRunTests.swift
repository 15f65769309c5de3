import Artifacts
import Contracts
import Foundation
import Pipeline
import Signatures
import Store
import StudioSupport
import Styles
import Testing

@testable import Runtime

/// A run whose style cuts fillers out: its shorts are shorter, and whoever reads of them is told the same.
@Suite struct TightenedRunTests {
    @Test func `what a style cuts out is in no words, no captions and no length of a short`() async throws {
        let harness = try await Harness(
            spoil: { task, results in
                guard task.kind == .audioPlan, let data = results["audio-plan/clip-01.json"] else { return }
                var plan = try WireJSON.decode(AudioPlan.self, from: data)
                // The fourth word, which is 300 ms long.
                plan.fillers = [TimeRange(startMs: 1_200, endMs: 1_500)]
                results["audio-plan/clip-01.json"] = try WireJSON.encode(plan)
            },
            script: { _, _ in .work(callbacks: 1) }
        )
        let standard = try BuiltInStyle.standard()
        var document = standard.document
        document.audio.tighten = TighteningStyle(pauseMsMax: nil, fillers: true)
        let json = try WireJSON.encode(document)
        let version = try await harness.store.publishBuiltInStyle(
            package: standard.package,
            document: document,
            documentJSON: json,
            digest: SHA256Digest.hex([UInt8](json))
        )
        let pin = StylePin(package: version.package, version: version.version, digest: version.digest)

        let run = try await harness.serving {
            try await harness.ended(try await harness.startRun(style: pin))
        }

        #expect(run.state == "fully_generated" && run.delivery.ready == 2)
        let outputs = try await harness.store.outputViews(runId: run.id)
        let short = try #require(outputs.first { $0.clip == "clip-01" })
        #expect(short.durationMs == 3_700 && short.renditions.allSatisfy { $0.durationMs == 3_700 })
        #expect(
            short.sourceRangesMs == [
                TimeRange(startMs: 0, endMs: 1_200), TimeRange(startMs: 1_500, endMs: 4_000),
            ]
        )
        let said = try #require(short.transcript)
        #expect(said.words.count == 9 && said.text.hasPrefix("word0 word1 word2 word4 "))
        #expect(said.words[3].startMs == 1_300 && said.words.last?.endMs == 3_600)
        let artifacts = try await harness.store.artifacts(runId: run.id)
        let file = try #require(artifacts.first { $0.name.description == "captions/clip-01.srt" })
        let location = try #require(ArtifactLocation(parsing: file.location))
        let text = String(
            decoding: try await harness.artifacts.data(location, bytesMax: 10_000),
            as: UTF8.self
        )
        #expect(text.contains("word2 word4") && !text.contains("word3"))
        #expect(short.captions.map(\.artifactId).contains(file.id))
        let other = try #require(outputs.first { $0.clip == "clip-02" })
        // Nobody looked for fillers in the other clip, and nothing is cut out of it.
        #expect(other.durationMs == 4_000 && other.sourceRangesMs.count == 1)
        #expect(other.warnings.map(\.code).contains("fillers-unmarked"))
    }
}
