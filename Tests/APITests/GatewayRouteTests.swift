import Contracts
import Foundation
import HTTPTypes
import Store
import Testing

@testable import API

@Suite struct GatewayRouteTests {
    private func register(_ fixture: APIFixture) async throws -> GatewayIdentity {
        let gateway = GatewayIdentity(id: ResourceID.make(.gateway), version: "1.2.3", mark: LeaseMark())
        _ = try await fixture.store.beat(gateway)
        return gateway
    }

    @Test func `operators see the gateways, drain one and let it go on`() async throws {
        let fixture = try await APIFixture.make()
        let (one, two) = (try await register(fixture), try await register(fixture))

        try await fixture.withClient { client in
            let all = try await client.get("/v1/ops/gateways").decode(Page<GatewayView>.self).data
            #expect(all.map(\.id) == [one.id, two.id])
            #expect(all.allSatisfy { $0.state == "serving" && $0.version == "1.2.3" && !$0.isSilent })

            let drained = try await client.post(
                "/v1/ops/drain",
                #"{"gateway_id":"\#(one.id)","action":"drain"}"#
            )
            #expect(drained.status == 200)
            #expect(try drained.decode(Page<GatewayView>.self).data.map(\.state) == ["draining"])
            #expect(try await fixture.store.beat(two).state == .serving)
            #expect(try await fixture.store.beat(one).state == .draining)

            let resumed = try await client.post("/v1/ops/drain", #"{"action":"resume"}"#)
            #expect(try resumed.decode(Page<GatewayView>.self).data.map(\.state) == ["serving", "serving"])
        }
    }

    @Test func `an order that makes no sense is refused with the reason`() async throws {
        let fixture = try await APIFixture.make()
        _ = try await register(fixture)

        try await fixture.withClient { client in
            for body in [
                #"{}"#, #"{"action":"stop"}"#, #"{"action":7}"#, #"{"action":"drain","now":true}"#, "[]",
            ] {
                let answer = try await client.post("/v1/ops/drain", body)
                #expect(answer.status == 422, "\(body)")
            }
            let unknown = ResourceID.make(.gateway)
            for id in [unknown, "nobody"] {
                let answer = try await client.post(
                    "/v1/ops/drain",
                    #"{"gateway_id":"\#(id)","action":"drain"}"#
                )
                #expect(answer.status == 404)
            }
        }
    }
}
