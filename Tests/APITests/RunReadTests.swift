import Contracts
import HTTPTypes
import Testing

@testable import API

@Suite struct RunReadTests {
    @Test func `runs come in pages, newest first, and by state`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            var ids: [String] = []
            for number in 1...5 {
                let body = #"{"source":{"url":"https://media.example.com/\#(number).mp4"}}"#
                ids.append(try await client.post("/v1/runs", body).decode(RunView.self).id)
            }
            _ = try await client.post("/v1/runs/\(ids[0])/cancel", "")

            var seen: [String] = []
            var next: String?
            repeat {
                let after = next.map { "&after=\($0)" } ?? ""
                let page = try await client.get("/v1/runs?limit=2\(after)").decode(Page<RunView>.self)
                #expect(page.data.count <= 2)
                #expect(page.hasMore == (page.next != nil))
                seen += page.data.map(\.id)
                next = page.next
            } while next != nil
            #expect(seen == ids.reversed())
            let cancelled = try await client.get("/v1/runs?state=cancelled").decode(Page<RunView>.self)
            #expect(cancelled.data.map(\.id) == [ids[0]])
        }
    }

    @Test(arguments: [
        "limit=0", "limit=101", "limit=many", "state=sleeping", "page=2", "after=%27%20OR%201",
        "limit=1&limit=2",
    ])
    func `a query that is not understood is refused`(_ query: String) async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let answer = try await client.get("/v1/runs?\(query)")

            #expect(answer.status == 422)
            #expect(try answer.problem.slug == "invalid-request")
            #expect(try answer.pointers.first?.hasPrefix("?") == true)
        }
    }

    @Test func `a parameter that a route does not know is refused`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let body = #"{"source":{"url":"https://media.example.com/v.mp4"}}"#
            let id = try await client.post("/v1/runs", body).decode(RunView.self).id
            let answer = try await client.get("/v1/runs/\(id)?expand=all")

            #expect(answer.status == 422)
            #expect(try answer.pointers == ["?expand"])
        }
    }

    @Test func `cancelling twice is the same as once`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let body = #"{"source":{"url":"https://media.example.com/v.mp4"}}"#
            let id = try await client.post("/v1/runs", body).decode(RunView.self).id
            let first = try await client.post("/v1/runs/\(id)/cancel", "")
            let second = try await client.post("/v1/runs/\(id)/cancel", "")

            #expect(first.status == 200)
            #expect(try first.decode(RunView.self).state == "cancelled")
            #expect(second.status == 200)
            let events = try await client.get("/v1/runs/\(id)/events").decode(Page<EventView>.self)
            #expect(events.data.filter { $0.type == "run.cancelled" }.count == 1)
        }
    }

    @Test func `a new run has no outputs and no artifacts`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let body = #"{"source":{"url":"https://media.example.com/v.mp4"}}"#
            let id = try await client.post("/v1/runs", body).decode(RunView.self).id
            let outputs = try await client.get("/v1/runs/\(id)/outputs").decode(Page<OutputView>.self)
            let artifacts = try await client.get("/v1/runs/\(id)/artifacts").decode(Page<ArtifactView>.self)
            let output = try await client.get("/v1/outputs/\(ResourceID.make(.output))")

            #expect(outputs.data.isEmpty)
            #expect(artifacts.data.isEmpty)
            #expect(!artifacts.hasMore)
            #expect(output.status == 404)
        }
    }

    @Test func `published styles can be read`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let styles = try await client.get("/v1/styles").decode(Page<StyleVersionView>.self)
            let versions = try await client.get("/v1/styles/default/versions")
                .decode(Page<StyleVersionView>.self)
            let version = try await client.get("/v1/styles/default/versions/1")

            #expect(styles.data.map(\.package) == ["default"])
            #expect(versions.data.map(\.version) == [1])
            #expect(try version.decode(StyleVersionView.self) == versions.data[0])
            #expect(try await client.get("/v1/styles/default/versions/2").status == 404)
            #expect(try await client.get("/v1/styles/default/versions/x").status == 404)
            #expect(try await client.get("/v1/styles/none/versions").status == 404)
            #expect(try await client.get("/v1/styles/a%00b/versions").status == 404)
        }
    }
}
