import Contracts
import OutboundHTTP
import Postgres
import Providers
import Store
import StudioSupport
import TestSupport
import Testing

/// Callbacks that are not believed, too long, no JSON, or cannot be kept: what they are answered, and that they change
/// nothing.
@Suite(.timeLimit(.minutes(5))) struct RefusedCallbackTests {
    private static let garbage = ["<html>Bad gateway</html>", #"{"half": "#, ""]

    @Test(arguments: FakeSetup.callingBack)
    func `a wrong signature, or an address of nobody, is refused and kept, and the provider asked`(
        setup: FakeSetup
    ) async throws {
        try await RunBench.with(setup) { bench in
            let runId = try await bench.startRun()
            let ids = try await bench.jobs()
            var refused = 0
            for id in ids where setup.proof == .shown {
                for state in [FakeJobState.done, .failed("forged")] {
                    #expect(try await bench.callBack(id, saying: state) { $0.forged } == 401)
                    refused += 1
                }
            }
            for id in ids where !setup.sharesAddress {
                let status = try await bench.callBack(id) { $0.toNobody(of: setup) }
                #expect(status == setup.answerAtNobodys)
                refused += 1
            }
            let kept = try await bench.inbox()
            #expect(kept.count == refused)
            #expect(kept.allSatisfy { $0.state == "rejected" && $0.reason?.isEmpty == false })
            // Nobody knows whom to ask about, where the address does not say it.
            if setup.proof == .shown, !setup.sharesAddress {
                try await bench.until {
                    try await bench.tasks().allSatisfy { $0.polls > 0 } ? true : nil
                }
            }
            try await bench.tasksAre("dispatched")
            #expect(try await bench.ends(runId) == RunBench.Ends())

            bench.finishJobs()
            for id in ids { #expect(try await bench.callBack(id) == 200) }
            try await bench.expectMade(try await bench.ended(runId), by: ["callback", "poll"])
        }
    }

    @Test(arguments: FakeSetup.callingBack)
    func `a callback as long as one may be is taken, and a longer one is kept in part and changes nothing`(
        setup: FakeSetup
    ) async throws {
        try await RunBench.with(setup) { bench in
            let bytesMax = bench.provider.callbackBytesMax
            let runId = try await bench.startRun()
            let ids = try await bench.jobs()
            #expect(try await bench.callBack(ids[0]) { $0.grown(to: bytesMax + 1) } == 413)
            let kept = try await bench.inbox()
            #expect(kept.map(\.state) == ["rejected"])
            #expect(kept.first?.reason?.contains("\(bytesMax) bytes") == true)
            try await bench.tasksAre("dispatched")
            #expect(try await bench.ends(runId) == RunBench.Ends())

            bench.finishJobs()
            for id in ids { #expect(try await bench.callBack(id) { $0.grown(to: bytesMax) } == 200) }
            try await bench.expectMade(try await bench.ended(runId), by: ["callback", "poll"])
        }
    }

    @Test(arguments: FakeSetup.callingBack)
    func `callbacks that are no JSON change nothing, and the true one after them counts`(
        setup: FakeSetup
    ) async throws {
        try await RunBench.with(setup) { bench in
            let runId = try await bench.startRun()
            let ids = try await bench.jobs()
            for (id, body) in ids.flatMap({ id in Self.garbage.map { (id, $0) } }) {
                let status = try await bench.callBack(id) { $0.with(body: body) }
                #expect(status == setup.answerToGarbage)
            }
            let kept = try await bench.inbox()
            let sent = setup.jobCount * Self.garbage.count
            // Of those that anybody could send, one of a job waits at a time.
            let least = setup.proof == .address ? setup.jobCount : sent
            #expect((least...sent).contains(kept.count))
            if setup.answerToGarbage != 200 {
                #expect(kept.allSatisfy { $0.state == "rejected" && $0.reason?.isEmpty == false })
            }
            try await bench.tasksAre("dispatched")
            #expect(try await bench.ends(runId) == RunBench.Ends())

            bench.finishJobs()
            for id in ids { #expect(try await bench.callBack(id) == 200) }
            try await bench.expectMade(try await bench.ended(runId), by: ["callback", "poll"])
        }
    }

    /// One for each kind of address.
    @Test(arguments: [FakeSetup.assemblyAI, .awsTranscribe, .shotstack])
    func `a callback that cannot be kept is to be sent again`(setup: FakeSetup) async throws {
        try await RunBench.with(setup) { bench in
            let runId = try await bench.startRun()
            let ids = try await bench.jobs()
            bench.finishJobs()
            var settings = PostgresSettings()
            settings.openMilliseconds = 20
            settings.connectMilliseconds = 20
            let away = PostgresPool("host=127.0.0.1 port=1 dbname=nowhere", settings: settings)
            defer { away.close() }
            try await bench.serve(bench.api(Store(pool: away, links: TestLinks.minter))) { port in
                let client = HTTPClient(policy: .allowPrivateNetworks)
                defer { client.shutdown() }
                for id in ids {
                    let callback = try #require(bench.fake.callback(id, saying: .done))
                    #expect(try await bench.post(callback, to: (port, client)) == 503)
                }
            }
            #expect(try await bench.ends(runId) == RunBench.Ends())
            for id in ids { #expect(try await bench.callBack(id) == 200) }
            try await bench.expectMade(try await bench.ended(runId), by: ["callback"])
        }
    }
}

extension FakeCallback {
    /// The same to an address that no task has.
    fileprivate func toNobody(of setup: FakeSetup) -> FakeCallback {
        var changed = self
        let folder = "/v1/callbacks/\(setup.name)/"
        changed.url = url.replacing(folder, with: "\(folder)x")
        return changed
    }
}
