import Pipeline
import Testing

@Suite struct RerunPlanTests {
    private let workflow = Workflow.shortsV1
    private let all = Set(Stage.allCases)

    @Test func `another style runs the stages that read it, and what they feed`() throws {
        let plan = try RerunPlan(workflow, entries: [.enhancePlan], completed: all, gone: [])

        #expect(plan.runs == [.enhancePlan, .enhanceBuild, .compose, .render])
        #expect(plan.attached == all.subtracting(plan.runs))
    }

    @Test func `render enters at compose, which makes the shorts`() throws {
        let plan = try RerunPlan(workflow, entries: [.render], completed: all, gone: [])

        #expect(plan.runs == [.compose, .render])
        #expect(RerunPlan.kept(workflow, entries: [.render]) == plan.attached)
    }

    @Test func `several entries run the union of what depends on them`() throws {
        let plan = try RerunPlan(workflow, entries: [.enhancePlan, .framing], completed: all, gone: [])

        #expect(plan.attached.contains(.prepareMedia) && plan.attached.contains(.plan))
        #expect(plan.runs.isSuperset(of: [.framing, .prepareFinalize, .enhancePlan, .enhanceBuild]))
    }

    @Test func `a stage that the entry needs must be completed, or the way out is told`() {
        let completed: Set<Stage> = [.transcode, .transcribe]

        let refusal = #expect(throws: RerunPlan.Refusal.self) {
            _ = try RerunPlan(workflow, entries: [.enhancePlan], completed: completed, gone: [])
        }

        #expect(refusal?.stage == .segment && refusal?.reason == .notCompleted && refusal?.wayOut == .segment)
    }

    @Test func `a stage beside the entry that is not completed runs with its subtree`() throws {
        let completed: Set<Stage> = [.transcode, .transcribe, .segment, .plan, .prepareMedia, .audioPlan]

        let plan = try RerunPlan(workflow, entries: [.enhancePlan], completed: completed, gone: [])

        #expect(plan.runs.isSuperset(of: [.framing, .prepareFinalize]))
        #expect(plan.attached == completed)
    }

    @Test func `lost artifacts are told, with the latest stage that makes them again`() {
        func refusal(_ entries: Set<Stage>, gone: Set<Stage>) -> RerunPlan.Refusal? {
            #expect(throws: RerunPlan.Refusal.self) {
                _ = try RerunPlan(workflow, entries: entries, completed: all, gone: gone)
            }
        }

        let segments = refusal([.enhancePlan], gone: [.segment])
        #expect(segments?.stage == .segment && segments?.reason == .gone && segments?.wayOut == .segment)
        // Nothing between the two makes both the framing and what reads the style again.
        #expect(refusal([.enhancePlan], gone: [.framing])?.wayOut == .plan)
        #expect(refusal([.compose], gone: [.framing])?.wayOut == .framing)
        #expect(refusal([.plan], gone: [.transcode, .transcribe])?.wayOut == .transcode)
    }

    @Test func `every entry attaches only what has all it needs attached`() throws {
        for entry in Stage.allCases {
            for lost in Stage.allCases {
                let completed = all.subtracting(workflow.subtree(of: lost))
                guard
                    let plan = try? RerunPlan(workflow, entries: [entry], completed: completed, gone: [])
                else { continue }
                for stage in plan.attached {
                    #expect(workflow.ancestors(of: stage).allSatisfy(plan.attached.contains))
                }
                #expect(plan.attached.isSubset(of: completed))
            }
        }
    }
}
