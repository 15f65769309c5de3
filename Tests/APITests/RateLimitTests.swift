import Contracts
import HTTPTypes
import Testing

@testable import API

@Suite struct RateLimitTests {
    @Test func `a bucket gives what it holds at once and fills again with time`() {
        let start = ContinuousClock.now
        var bucket = TokenBucket(capacity: 2, perSecond: 1, now: start)
        let first = bucket.take(at: start)
        let second = bucket.take(at: start)
        let third = bucket.take(at: start + .milliseconds(500))
        let fourth = bucket.take(at: start + .milliseconds(1_000))

        #expect([first, second, third, fourth].map(\.isAllowed) == [true, true, false, true])
        #expect([first, second, third, fourth].map(\.remaining) == [1, 0, 0, 0])
        #expect(first.limit == 2)
        #expect(second.resetSeconds == 2)
        #expect(third.retryAfterSeconds == 1)
        let isFull = bucket.isFull(at: start + .seconds(3))
        #expect(isFull)
    }

    @Test func `a key that asks too often is told when to come back, others are not held up`() async throws {
        let fixture = try await APIFixture.make { configuration in
            configuration.limits.requestsBurst = 2
            configuration.limits.requestsPerSecond = 1
        }
        let otherKey = fixture.otherKey

        try await fixture.withClient { client in
            var answers: [Answer] = []
            for _ in 0..<12 { answers.append(try await client.get("/v1/runs")) }
            let other = try await client.get("/v1/runs", key: otherKey)
            let open = try await client.get("/healthz", key: "")

            #expect(answers[0].status == 200)
            #expect(answers[0].headers[.rateLimitLimit] == "2")
            #expect(answers[0].headers[.rateLimitRemaining] == "1")
            let refused = try #require(answers.first { $0.status == 429 })
            #expect(refused.headers[.contentType] == "application/problem+json")
            #expect(refused.headers[.retryAfter] == "1")
            #expect(refused.headers[.rateLimitRemaining] == "0")
            #expect(refused.headers[.rateLimitReset] != nil)
            #expect(try refused.problem.slug == "rate-limited")
            #expect(other.status == 200)
            #expect(open.status == 200)
            #expect(open.headers[.rateLimitLimit] == nil)
        }
    }
}
