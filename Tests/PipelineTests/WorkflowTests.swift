import Pipeline
import Testing

@Suite struct WorkflowTests {
    let workflow = Workflow.shortsV1

    @Test func `shorts v1 has twelve stages numbered from 01 to 12`() {
        #expect(workflow.stages.count == 12)
        #expect(workflow.number(of: .transcode) == "01")
        #expect(workflow.number(of: .render) == "12")
    }

    @Test func `every stage is named once and publishes something of its own`() {
        let published = workflow.stages.flatMap(\.publishes)
        #expect(Set(published).count == published.count)
        #expect(Set(published) == Set(ArtifactKind.allCases))
    }

    @Test func `a stage that requires a later one is refused`() {
        let first = StageDefinition(
            .plan,
            group: .plan,
            requires: [.render],
            publishes: [.plan],
            performer: .runtime
        )
        #expect(throws: WorkflowError.requiresUnknownOrLater(stage: .plan, required: .render)) {
            _ = try Workflow(name: "bad", stages: [first])
        }
    }

    @Test func `a stage that stands twice is refused`() {
        let one = StageDefinition(
            .transcode,
            group: .ingest,
            requires: [],
            publishes: [.media],
            performer: .worker
        )
        #expect(throws: WorkflowError.duplicateStage(.transcode)) {
            _ = try Workflow(name: "bad", stages: [one, one])
        }
    }

    @Test func `a style override redoes only what depends on the enhancement plan`() {
        #expect(workflow.subtree(of: .enhancePlan) == [.enhancePlan, .enhanceBuild, .compose, .render])
    }

    @Test func `everything but itself lies between the ends of the graph`() {
        #expect(workflow.subtree(of: .transcode).count == 12)
        #expect(workflow.ancestors(of: .render).count == 11)
        #expect(workflow.ancestors(of: .plan) == [.transcode, .transcribe, .segment])
    }

    @Test func `completing stages in any ready order completes the workflow`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var completed: Set<Stage> = []
            var order: [Stage] = []
            while let next = workflow.ready(completed: completed).randomElement(using: &generator) {
                for required in workflow.definition(of: next)?.requires ?? [] {
                    #expect(completed.contains(required))
                }
                completed.insert(next)
                order.append(next)
            }
            #expect(order.count == 12)
        }
    }
}
