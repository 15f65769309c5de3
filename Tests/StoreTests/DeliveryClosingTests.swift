import Contracts
import Foundation
import Pipeline
import Postgres
import Store
import TestSupport
import Testing

@Suite struct DeliveryClosingTests {
    @Test func `the last short closes the delivery with one message`() async throws {
        let fixture = try await Fixture.make()
        let (id, tasks) = try await fixture.render(shorts: 2)

        #expect(try await fixture.rendered(tasks[0], clip: "clip-01") == .applied)
        #expect(try await fixture.state(id) == .analysisComplete)
        #expect(try await fixture.rendered(tasks[1], clip: "clip-02") == .applied)
        #expect(try await fixture.rendered(tasks[1], clip: "clip-02") == .alreadySettled)

        let view = try #require(try await fixture.store.runView(tenantId: fixture.tenantId, id: id))
        #expect(view.state == "fully_generated" && view.delivery.state == "completed")
        #expect(view.progress == 1)
        #expect(view.jobs?.last?.state == "completed")
        let types = try await fixture.messageTypes()
        #expect(types.count { $0 == "output.rendered" } == 2)
        #expect(types.count { $0.hasPrefix("delivery.") } == 1)
        let output = try #require(try await fixture.store.outputViews(runId: id).first)
        #expect(output.renditions.map(\.aspectRatio) == [.portrait])
        #expect(output.renditions[0].url.hasPrefix("http://gateway.test/v1/artifacts/"))
    }

    @Test func `shorts that end at the same moment close the delivery once`() async throws {
        let fixture = try await Fixture.make()
        let (id, tasks) = try await fixture.render(shorts: 8)

        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, task) in tasks.enumerated() {
                group.addTask { _ = try await fixture.rendered(task, clip: "clip-0\(index + 1)") }
                group.addTask { _ = try await fixture.rendered(task, clip: "clip-0\(index + 1)") }
            }
            try await group.waitForAll()
        }

        #expect(try await fixture.state(id) == .fullyGenerated)
        let types = try await fixture.messageTypes()
        #expect(types.count { $0 == "output.rendered" } == 8)
        #expect(types.count { $0 == "delivery.completed" } == 1)
    }

    @Test func `a short that fails for good leaves the others, and the delivery is partly failed`()
        async throws
    {
        let fixture = try await Fixture.make()
        let (id, tasks) = try await fixture.render(shorts: 2)
        let problem = Problem(.renderFailed, detail: "the encoder crashed", retryable: false)

        let failed = try await fixture.store.settleTask(
            taskId: tasks[0].id,
            attempt: 1,
            outcome: .failed(problem, isRetryable: false)
        )
        #expect(failed == .applied)
        _ = try await fixture.rendered(tasks[1], clip: "clip-02")

        let view = try #require(try await fixture.store.runView(tenantId: fixture.tenantId, id: id))
        #expect(view.state == "delivery_failed" && view.workflow.state == "completed")
        #expect(view.delivery.state == "partially_failed" && view.delivery.failed == 1)
        let types = try await fixture.messageTypes()
        #expect(types.prefix(2) == ["delivery.partially_failed", "output.rendered"])
        #expect(types.contains("output.failed"))
    }

    @Test func `a render that fails retryably is tried anew under the same task`() async throws {
        let fixture = try await Fixture.make()
        let (id, tasks) = try await fixture.render(shorts: 1)
        let problem = Problem(.renderFailed, detail: "the encoder crashed")
        func fail(_ attempt: Int) async throws -> Settled {
            try await fixture.store.settleTask(
                taskId: tasks[0].id,
                attempt: attempt,
                outcome: .failed(problem, isRetryable: true)
            )
        }

        #expect(try await fail(1) == .applied)
        #expect(try await fail(1) == .staleAttempt)
        #expect(try await fail(2) == .applied)
        #expect(try await fixture.state(id) == .analysisComplete)
        #expect(try await fail(3) == .applied)

        #expect(try await fixture.state(id) == .deliveryFailed)
        #expect(try await fixture.job(id, .render).state == .failed)
        #expect(try await fixture.messageTypes().first == "delivery.failed")
    }

    @Test func `a short shows as rendering once its task is dispatched`() async throws {
        let fixture = try await Fixture.make()
        let (id, _) = try await fixture.render(shorts: 1)
        let due = try await fixture.store.claimDueTasks(limit: 1, leaseSeconds: 30)

        #expect(try await fixture.store.taskDispatched(due[0].lease, externalId: "r1", nextPollMs: 1_000))

        #expect(try await fixture.store.outputs(runId: id).map(\.state) == [.rendering])
        #expect(try await fixture.eventTypes(id).last == "output.rendering")
    }

    @Test func `the events of a run are in the order of their sequence`() async throws {
        let fixture = try await Fixture.make()
        let (id, tasks) = try await fixture.render(shorts: 1)
        _ = try await fixture.rendered(tasks[0])

        let events = try await fixture.store.events(runId: id, afterSequence: 0, limit: 1_000)
        let half = try await fixture.store.events(
            runId: id,
            afterSequence: events[events.count / 2].sequence,
            limit: 1_000
        )

        #expect(events.map(\.sequence) == events.map(\.sequence).sorted())
        #expect(half == Array(events[(events.count / 2 + 1)...]))
        #expect(events.last?.type == "delivery.completed")
    }
}
