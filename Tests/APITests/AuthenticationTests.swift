import Contracts
import Foundation
import HTTPTypes
import Store
import Testing

@testable import API

@Suite struct AuthenticationTests {
    @Test func `a request without a key, or with an unknown or expired one, is refused`() async throws {
        let fixture = try await APIFixture.make()
        let expired = try await APIFixture.makeKey(
            fixture.store,
            tenantId: fixture.tenantId,
            scopes: Scope.allCases,
            expiresAt: Date(timeIntervalSinceNow: -1)
        )

        try await fixture.withClient { client in
            for key in ["", "rg_test_nobody", expired] {
                let answer = try await client.get("/v1/runs", key: key)

                #expect(answer.status == 401)
                #expect(answer.headers[.contentType] == "application/problem+json")
                #expect(answer.headers[.wwwAuthenticate]?.hasPrefix("Bearer") == true)
                let problem = try answer.problem
                #expect(problem.slug == "unauthorized")
                #expect(problem.requestId == answer.headers[.requestId])
            }
        }
    }

    @Test func `a key may do what its scopes say and nothing else`() async throws {
        let fixture = try await APIFixture.make()
        let reader = try await APIFixture.makeKey(
            fixture.store,
            tenantId: fixture.tenantId,
            scopes: [.runsRead]
        )

        try await fixture.withClient { client in
            let list = try await client.get("/v1/runs", key: reader)
            let create = try await client.post("/v1/runs", "{}", key: reader)
            let endpoints = try await client.get("/v1/webhook-endpoints", key: reader)

            #expect(list.status == 200)
            #expect(create.status == 403)
            #expect(try create.problem.slug == "insufficient-scope")
            #expect(endpoints.status == 403)
        }
    }

    @Test func `what belongs to another tenant looks exactly like what does not exist`() async throws {
        let fixture = try await APIFixture.make()
        let asset = try await fixture.makeAsset(Array("video".utf8))
        let otherKey = fixture.otherKey

        try await fixture.withClient { client in
            let headers: HTTPFields = [.requestId: "same"]
            let run = try await client.post("/v1/runs", #"{"source":{"asset_id":"\#(asset.id)"}}"#)
                .decode(RunView.self)
            let endpoint = try await client.post(
                "/v1/webhook-endpoints",
                #"{"url":"https://hooks.example.com/a"}"#
            ).decode(EndpointView.self)
            let pairs = [
                ("/v1/runs/\(run.id)", "/v1/runs/\(ResourceID.make(.run))"),
                ("/v1/runs/\(run.id)/jobs", "/v1/runs/nonsense/jobs"),
                ("/v1/runs/\(run.id)/events", "/v1/runs/\(ResourceID.make(.run))/events"),
                ("/v1/assets/\(asset.id)", "/v1/assets/\(ResourceID.make(.asset))"),
                ("/v1/assets/\(asset.id)/content", "/v1/assets/\(ResourceID.make(.asset))/content"),
                (
                    "/v1/webhook-endpoints/\(endpoint.id)",
                    "/v1/webhook-endpoints/\(ResourceID.make(.endpoint))"
                ),
            ]
            for (theirs, nobodys) in pairs {
                let first = try await client.get(theirs, key: otherKey, headers: headers)
                let second = try await client.get(nobodys, key: otherKey, headers: headers)

                #expect(first.status == 404)
                #expect(first.body == second.body)
                #expect(Self.telling(first.headers) == Self.telling(second.headers))
            }
            let cancel = try await client.post("/v1/runs/\(run.id)/cancel", "", key: otherKey)
            #expect(cancel.status == 404)
            let use = try await client.post(
                "/v1/runs",
                #"{"source":{"asset_id":"\#(asset.id)"}}"#,
                key: otherKey
            )
            #expect(use.status == 422)
            #expect(try use.pointers == ["/source/asset_id"])
        }
    }

    @Test func `unknown paths and methods are problems too`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let path = try await client.get("/v1/nothing/here")
            let method = try await client.send(.delete, "/v1/runs")

            #expect(path.status == 404)
            #expect(try path.problem.slug == "not-found")
            #expect(method.status == 405)
            #expect(method.headers[.allow] == "GET, HEAD, POST")
            #expect(try method.problem.slug == "method-not-allowed")
        }
    }

    @Test func `a problem asked for by HEAD has no body`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let missing = try await client.send(.head, "/v1/nothing")
            let next = try await client.get("/healthz")

            #expect(missing.status == 404)
            #expect(missing.body.isEmpty)
            #expect(next.text == #"{"status":"ok"}"#)
        }
    }

    @Test func `headers without end are refused and hurt nobody else`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let port = client.port
            let many = (0..<500).map { "X-\($0): y\r\n" }.joined()
            let long = "X-Long: \(String(repeating: "y", count: 40_000))\r\n"
            for headers in [many, long] {
                let text = "GET /healthz HTTP/1.1\r\nHost: x\r\n\(headers)\r\n"
                let answer = try await RawConnection.exchange(port: port, text: text)
                #expect(answer.hasPrefix("HTTP/1.1 431 "))
                #expect(answer.contains("problems/headers-too-large"))
            }
            #expect(try await client.get("/healthz").status == 200)
        }
    }

    @Test func `a plain request id is taken over, a strange one is replaced`() async throws {
        let fixture = try await APIFixture.make()

        try await fixture.withClient { client in
            let mine = try await client.get("/healthz", headers: [.requestId: "my-id.1"])
            let strange = try await client.get("/healthz", headers: [.requestId: "a b\"c"])

            #expect(mine.headers[.requestId] == "my-id.1")
            let made = try #require(strange.headers[.requestId])
            #expect(ResourceID.isValid(made, .request))
            #expect(mine.headers[.contentTypeOptions] == "nosniff")
            #expect(mine.headers[.cacheControl] == "no-store")
        }
    }

    /// The headers but for those that count the caller's own requests or tell the time.
    private static func telling(_ headers: HTTPFields) -> [String] {
        headers.filter { !$0.name.canonicalName.hasPrefix("ratelimit-") && $0.name != .date }
            .map { "\($0.name.canonicalName): \($0.value)" }
    }
}
