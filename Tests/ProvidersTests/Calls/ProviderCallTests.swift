import Contracts
import Foundation
import LoopbackSupport
import OutboundHTTP
import Signatures
import Testing

@testable import Providers

@Suite struct ProviderCallTests {
    private let meter = ProviderMeter()
    private let client = HTTPClient(policy: .allowPrivateNetworks)

    private func call(timeouts: TransferTimeouts = ProviderCall.timeouts) -> ProviderCall {
        ProviderCall(provider: "hosted", client: client, meter: meter, timeouts: timeouts)
    }

    private func failure(_ answer: LoopbackAnswer) async throws -> CallFailure? {
        let server = try LoopbackServer.answering { _ in answer }
        defer { server.stop() }
        do throws(CallFailure) {
            _ = try await call().send(HTTPRequest(url: server.url)) {
                String(decoding: $0.body, as: UTF8.self)
            }
            return nil
        } catch {
            return error
        }
    }

    private func errors(_ word: String) -> Int {
        meter.snapshot.errors[ProviderMeter.Key(provider: "hosted", word: word)] ?? 0
    }

    @Test func `a success is returned as it came`() async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(201, body: "made") }
        defer { server.stop() }
        let response = try await call().send(HTTPRequest(method: "POST", url: server.url, body: [1]))
        #expect(response.status == 201)
        #expect(response.body == Array("made".utf8))
        #expect(server.received.first?.body == [1])
        #expect(meter.snapshot.errors.isEmpty)
    }

    @Test func `a busy provider took nothing and says when it will`() async throws {
        let busy = try await failure(LoopbackAnswer(429, headers: [("retry-after", "3")], body: "slow down"))
        #expect(busy?.submitResult == .busy(retryAfterMs: 3_000))
        #expect(busy?.problem.detail == "Provider 'hosted' answered with status 429: slow down.")
        guard case .unreachable(_, retryAfterMs: 3_000) = busy?.pollResult else {
            Issue.record("the poll does not wait")
            return
        }
        #expect(errors("busy") == 1)
        let wordless = try await failure(LoopbackAnswer(529))
        #expect(wordless?.submitResult == .busy(retryAfterMs: CallFailure.retryAfterMsDefault))
    }

    @Test func `a refusal of a task is final, a refusal of a question is not`() async throws {
        let refused = try #require(try await failure(LoopbackAnswer(401, body: "bad key")))
        #expect(refused.submitResult == .refused(refused.problem))
        #expect(refused.problem.retryable == false)
        // Words about a key may hold a part of it.
        #expect(!refused.problem.detail.contains("bad key"))
        #expect(refused.problem.detail.contains("Check the key"))
        // What it makes may be paid for: it is asked until the deadline.
        #expect(refused.pollResult == .unreachable(refused.problem))
    }

    @Test func `an answer of something in between leaves the outcome open`() async throws {
        let unclear = try #require(try await failure(LoopbackAnswer(502)))
        #expect(unclear.submitResult == .unknownOutcome(unclear.problem))
        #expect(unclear.problem.retryable == true)
    }

    @Test func `what a provider does not know any more is forgotten`() async throws {
        let gone = try #require(try await failure(LoopbackAnswer(410)))
        #expect(gone.pollResult == .forgotten)
        #expect(gone.findResult == .notFound)
        #expect(gone.submitResult == .refused(gone.problem))
    }

    @Test func `a provider that is not there did not get the task, one that does not answer may have`()
        async throws
    {
        let port = try LoopbackServer.closedPort()
        let away = await #expect(throws: CallFailure.self) {
            try await call().send(HTTPRequest(url: "http://127.0.0.1:\(port)"))
        }
        #expect(away?.kind == .away)
        let silent = try LoopbackServer { connection in
            _ = connection.readRequest()
            connection.reset()
        }
        defer { silent.stop() }
        let lost = await #expect(throws: CallFailure.self) {
            try await call().send(HTTPRequest(method: "POST", url: silent.url, body: [1]))
        }
        #expect(lost?.kind == .unclear)
        guard case .unknownOutcome = lost?.submitResult else {
            Issue.record("the outcome counts as known")
            return
        }
    }

    @Test func `an address that is not allowed is nobody's trouble but ours`() async throws {
        let strict = ProviderCall(provider: "hosted", client: HTTPClient(policy: .publicOnly), meter: meter)
        let blocked = await #expect(throws: CallFailure.self) {
            try await strict.send(HTTPRequest(url: "http://127.0.0.1:9/"))
        }
        #expect(blocked?.kind == .refused)
        #expect(blocked?.problem.retryable == false)
    }

    @Test func `an answer is read up to its limit and not beyond`() async throws {
        let server = try LoopbackServer.answering { _ in LoopbackAnswer(200, body: "12345678") }
        defer { server.stop() }
        let whole = try await call().send(HTTPRequest(url: server.url), answerBytesMax: 8)
        #expect(whole.body.count == 8)
        await #expect(throws: CallFailure.self) {
            try await call().send(HTTPRequest(url: server.url), answerBytesMax: 7)
        }
        #expect(errors("too_large") == 1)
    }

    @Test func `unknown status words are counted, and not more of them than there may be`() {
        for index in 0..<30 { call().noteUnknownStatus("word \(index)") }
        call().noteUnknownStatus("word 0")
        call().noteUnknownStatus("")
        let words = meter.snapshot.unknownStatuses
        #expect(words[ProviderMeter.Key(provider: "hosted", word: "word_0")] == 2)
        #expect(words[ProviderMeter.Key(provider: "hosted", word: "other")] == 11)
        #expect(words.count == ProviderMeter.wordsMax + 1)
    }

    private struct Order: Encodable {
        struct Sound: Encodable {
            var gain: Double
        }

        var key = "hush"
        var sound: Sound
    }

    @Test func `a request that cannot be written is refused with its reason, and shows no value`() throws {
        func refusal(_ write: () throws -> [UInt8]) -> Problem? {
            do throws(Problem) {
                _ = try ProviderCall.written(write)
                return nil
            } catch {
                return error
            }
        }
        let order = Order(sound: Order.Sound(gain: .nan))
        let told = try #require(refusal { [UInt8](try WireJSON.encode(order)) })
        #expect(told.slug == "internal-error" && told.retryable == false)
        #expect(told.detail.contains("'sound.gain' holds a Double") && !told.detail.contains("hush"))
        let own = Problem(.invalidRequest, detail: "It has no ratio.")
        #expect(refusal { throw own } == own)
        #expect(refusal { throw Secretive(text: "hush") }?.detail.hasSuffix(": Secretive.") == true)
        #expect(refusal { [1] } == nil)
        let failure = #expect(throws: CallFailure.self) {
            _ = try ProviderCall.writtenToAsk { () -> [UInt8] in throw own }
        }
        #expect(failure?.kind == .refused && failure?.problem == own)
    }

    private struct Secretive: Error {
        let text: String
    }
}
