import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Signatures
import Testing

@testable import Providers

/// A transcript whose receipt was lost, in an account that others use, too.
@Suite struct AssemblyAISearchTests {
    private static let madeAt = Date(timeIntervalSince1970: 1_796_116_200)
    private static let taskId = ResourceID.make(.task, now: madeAt)
    private static let task = TaskReference(taskId: taskId, attempt: 1, externalId: taskId)
    private static let ours = #"{"id": "ours", "webhook_url": "https://gw.example/c?task=\#(taskId).1"}"#

    /// Transcripts from the oldest to the newest, each with what asking for it answers.
    private struct Account: Sendable {
        var items: [(id: String, madeAt: Date, answer: LoopbackAnswer)] = []

        mutating func add(_ id: String, after seconds: TimeInterval, _ answer: LoopbackAnswer) {
            items.append((id, madeAt.addingTimeInterval(seconds), answer))
        }

        mutating func addStrangers(_ count: Int, after seconds: TimeInterval) {
            for index in 0..<count {
                let answer = LoopbackAnswer(200, body: #"{"id": "s", "webhook_url": null}"#)
                add("s\(items.count)-\(index)", after: seconds, answer)
            }
        }

        func answer(_ request: LoopbackRequest) -> LoopbackAnswer {
            let path = request.target.split(separator: "?")
            let parts = path[0].split(separator: "/").map(String.init)
            guard parts.count == 2 else {
                return items.first { $0.id == parts[2] }?.answer ?? LoopbackAnswer(404, body: "{}")
            }
            let query = URLComponents(string: request.target)?.queryItems ?? []
            let limit = Int(query.first { $0.name == "limit" }?.value ?? "") ?? 10
            let before = query.first { $0.name == "before_id" }?.value
            let end = before.flatMap { id in items.firstIndex { $0.id == id } } ?? items.count
            let page = items[max(0, end - limit)..<end].reversed()
            // Six digits behind the point, and no zone.
            let list = page.map { item in
                let time = Timestamp.format(item.madeAt).dropLast() + "000"
                return #"{"id": "\#(item.id)", "status": "completed", "created": "\#(time)"}"#
            }
            let older = end - limit > 0 ? #""https://api.example/older""# : "null"
            return LoopbackAnswer(
                200,
                body:
                    #"{"page_details": {"prev_url": \#(older)}, "transcripts": [\#(list.joined(separator: ", "))]}"#
            )
        }
    }

    private func find(_ account: Account) async throws -> (result: FindResult, requests: [String]) {
        let server = try LoopbackServer.answering { account.answer($0) }
        defer { server.stop() }
        let provider = AssemblyAIProvider(
            settings: AssemblyAISettings(key: Secret("k"), baseURL: server.url),
            client: HTTPClient(policy: .allowPrivateNetworks),
            meter: ProviderMeter()
        )
        let result = await provider.find(Self.task)
        return (result, server.received.map(\.target))
    }

    @Test func `it is found behind more strangers than a page has, and those before it are not asked for`()
        async throws
    {
        var account = Account()
        account.addStrangers(50, after: -3_600)
        account.addStrangers(2, after: 1)
        account.add("ours", after: 2, LoopbackAnswer(200, body: Self.ours))
        account.addStrangers(250, after: 30)

        let (result, requests) = try await find(account)

        #expect(result == .found(externalId: "ours"))
        // Two at the other end were.
        #expect(requests.count == 2 + 5)
        #expect(requests[1].contains("before_id="))
    }

    @Test(arguments: [
        LoopbackAnswer(200, body: #"{"id": 7, "status": "completed", "words": "none"}"#),
        LoopbackAnswer(200, body: #"{"id": "x", "status": "completed", "words": null, "webhook_url": null}"#),
        LoopbackAnswer(200, body: "<html>"), LoopbackAnswer(404, body: "{}"), LoopbackAnswer(400, body: "{}"),
        LoopbackAnswer(500, body: "{}"),
    ])
    func `whatever a stranger's transcript is, ours is found behind it`(answer: LoopbackAnswer) async throws {
        var account = Account()
        account.add("strange", after: 1, answer)
        account.add("ours", after: 2, LoopbackAnswer(200, body: Self.ours))

        #expect(try await find(account).result == .found(externalId: "ours"))
    }

    @Test func `one that waited for its turn is found before those made meanwhile`() async throws {
        var account = Account()
        account.addStrangers(290, after: 1)
        account.add("ours", after: 7_200, LoopbackAnswer(200, body: Self.ours))
        account.addStrangers(2, after: 7_300)

        let (result, requests) = try await find(account)

        #expect(result == .found(externalId: "ours") && requests.count == 2 + 6)
        #expect(AssemblyAISearch.fromBothEnds(["c", "b", "a"]) == ["a", "c", "b"])
        #expect(AssemblyAISearch.fromBothEnds([]) == [])
    }

    @Test func `only few that cannot be read are passed over`() async throws {
        var account = Account()
        for name in ["u", "v", "w", "x"] {
            account.add(name, after: 1, LoopbackAnswer(500, body: "{}"))
        }
        account.addStrangers(200, after: 2)

        let (result, requests) = try await find(account)

        guard case .unreachable = result else {
            Issue.record("it is \(result)")
            return
        }
        #expect(requests.count < 20)
    }

    @Test func `it is not there once all that it could be were looked at`() async throws {
        var account = Account()
        account.addStrangers(5, after: -3_600)
        account.add("ours", after: -3_600, LoopbackAnswer(200, body: Self.ours))
        account.addStrangers(AssemblyAISearch.looksMax, after: 1)

        let (result, requests) = try await find(account)

        #expect(result == .notFound && requests.count == 2 + AssemblyAISearch.looksMax)
    }

    @Test func `what could not be looked at leaves it open`() async throws {
        var broken = Account()
        broken.add("broken", after: 1, LoopbackAnswer(502, body: "{}"))
        var busy = Account()
        busy.add("busy", after: 1, LoopbackAnswer(429, headers: [("retry-after", "30")], body: "{}"))
        busy.add("ours", after: 2, LoopbackAnswer(200, body: Self.ours))
        var full = Account()
        full.addStrangers(AssemblyAISearch.looksMax + 1, after: 1)
        var endless = Account()
        endless.addStrangers(AssemblyAISearch.pagesMax * AssemblyAIRequests.pageSize + 1, after: 1)

        for account in [broken, busy, full, endless] {
            let (result, requests) = try await find(account)
            guard case .unreachable = result else {
                Issue.record("it is \(result)")
                continue
            }
            #expect(requests.count <= AssemblyAISearch.pagesMax + AssemblyAISearch.looksMax)
        }
    }

    @Test func `a list whose ids cannot be asked for is not read for ever`() async throws {
        var account = Account()
        account.addStrangers(300, after: 1)
        account.items[100].id = "../secret"

        guard case .unreachable = try await find(account).result else {
            Issue.record("a list that was not read to its end was taken for the whole")
            return
        }
    }
}
