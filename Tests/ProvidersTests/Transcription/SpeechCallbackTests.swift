import Contracts
import Foundation
import Pipeline
import Signatures
import StudioSupport
import Testing

@testable import Providers

/// Callbacks of adapters whose providers only say that a job has ended.
@Suite struct SpeechCallbackTests {
    private static let benches = SpeechBench.jobs.filter(\.hasOwnCallbacks)

    @Test(arguments: benches)
    func `a callback with the task's secret is believed, another is not`(bench: SpeechBench) async throws {
        let (fake, provider) = try bench.make()
        defer { fake.service.stop() }
        _ = await provider.submit(bench.order(), callbackSecret: SpeechBench.secret)
        let id = try #require(fake.jobs.all.first).id
        let callback = try #require(fake.callback(id, saying: .done))

        guard case .verified(_, .secret) = await provider.verify(callback.incoming()) else {
            Issue.record("the callback is not believed")
            return
        }
        #expect(provider.callbackTrust == .secret)
        #expect(provider.externalId(told: callback.told) == id)
        for secret in [nil, Secret(""), Secret("another")] {
            guard case .rejected = await provider.verify(callback.incoming(secret: secret)) else {
                Issue.record("it is believed with another secret")
                return
            }
        }
        var bare = callback
        bare.headers = []
        guard case .rejected = await provider.verify(bare.incoming()) else {
            Issue.record("it is believed without a secret")
            return
        }
    }

    /// It may come before the receipt, and its id is then all that is known of the job.
    @Test(arguments: benches)
    func `a callback that comes first names the job`(bench: SpeechBench) async throws {
        let (fake, provider) = try bench.make()
        defer { fake.service.stop() }
        fake.service.trouble(.lostReply)
        _ = await provider.submit(bench.order(), callbackSecret: SpeechBench.secret)
        let id = try #require(fake.jobs.all.first).id
        fake.jobs.set(.done, of: id)
        let told = try #require(fake.callback(id, saying: .done)).told

        let known = try #require(provider.externalId(told: told))
        let result = await provider.poll(SpeechBench.reference(known), told: told)

        guard case .made(.transcript(let transcript)) = result else {
            Issue.record("the result is \(result)")
            return
        }
        #expect(transcript.words == bench.words)
    }

    @Test(arguments: benches)
    func `the job itself decides where a callback says otherwise`(bench: SpeechBench) async throws {
        let (fake, provider) = try bench.make()
        defer { fake.service.stop() }
        _ = await provider.submit(bench.order(), callbackSecret: SpeechBench.secret)
        let id = try #require(fake.jobs.all.first).id
        let task = SpeechBench.reference(id)
        fake.jobs.set(.running, of: id)
        let early = try #require(fake.callback(id, saying: .done)).told
        guard case .report(let report) = await provider.poll(task, told: early), !report.state.isTerminal
        else {
            Issue.record("a callback ends a job that is under way")
            return
        }
        let failed = try #require(fake.callback(id, saying: .failed("download_failure"))).told
        fake.jobs.set(.done, of: id)
        guard case .made = await provider.poll(task, told: failed) else {
            Issue.record("a callback fails a job that is done")
            return
        }
    }

    @Test(arguments: benches)
    func `two callbacks of one body and two addresses are two messages`(bench: SpeechBench) async throws {
        let (fake, provider) = try bench.make()
        defer { fake.service.stop() }
        _ = await provider.submit(bench.order(), callbackSecret: SpeechBench.secret)
        let id = try #require(fake.jobs.all.first).id
        let callback = try #require(fake.callback(id, saying: .done))
        var ids: [String] = []
        for url in [callback.url, callback.url, "https://gw.example/cb?id=\(id)&status=error"] {
            var sent = callback
            sent.url = url
            guard case .verified(let id, .secret) = await provider.verify(sent.incoming()) else {
                Issue.record("the callback is not believed")
                return
            }
            ids.append(id)
        }
        #expect(ids[0] == ids[1] && ids[0] != ids[2])
    }

    @Test(arguments: benches)
    func `a body that says nothing names no job`(bench: SpeechBench) throws {
        let (fake, provider) = try bench.make()
        defer { fake.service.stop() }
        for body in [
            "", "{}", "[]", "<html>", #"{"status": "redacted_audio_ready"}"#, #"{"transcript_id": "a/b"}"#,
        ] {
            #expect(provider.externalId(told: ToldCallback(trust: .secret, body: Array(body.utf8))) == nil)
        }
    }
}
