import Contracts
import Foundation
import Testing

/// What is special about the contract of vision services, beside what holds for every contract.
@Suite struct VisionContractTests {
    private func request(_ change: (inout VisionRequest) -> Void) throws -> [String] {
        var request = try WireJSON.decode(
            VisionRequest.self,
            from: ContractFiles.data("contracts/examples/vision-request.json")
        )
        change(&request)
        return try SchemaChecker(path: "contracts/vision-request.schema.json")
            .problems(JSONValue(WireJSON.encode(request)))
    }

    private func report(_ change: (inout VisionReport) -> Void) throws -> [String] {
        var report = try WireJSON.decode(
            VisionReport.self,
            from: ContractFiles.data("contracts/examples/vision-report.json")
        )
        change(&report)
        return try SchemaChecker(path: "contracts/vision-report.schema.json")
            .problems(JSONValue(WireJSON.encode(report)))
    }

    private func values(_ path: String, _ places: String...) throws -> [String] {
        var schema = try ContractFiles.json(path)
        for place in places { schema = try #require(schema["properties"]?[place]) }
        return (schema["enum"] ?? schema["items"]?["enum"])?.array?.compactMap(\.string) ?? []
    }

    @Test func `the schemas have the words that the code has`() throws {
        let (request, report) = (
            "contracts/vision-request.schema.json", "contracts/vision-report.schema.json"
        )
        #expect(try values(report, "status") == VisionReport.Status.allCases.map(\.rawValue))
        #expect(try values(request, "analysis") == VisionRequest.Analysis.allCases.map(\.rawValue))
        #expect(
            try values(request, "callback", "scheme")
                == VisionRequest.Callback.Scheme.allCases.map(\.rawValue)
        )
    }

    @Test func `a request names a clip, its place in its file, and an attempt without a full stop`() throws {
        #expect(try request { _ in } == [])
        #expect(try request { $0.clips = [] } == ["/clips: breaks 'minItems'"])
        #expect(try request { $0.clips[0].rangeMs = [0] } == ["/clips/0/range_ms: breaks 'minItems'"])
        #expect(try request { $0.attemptId = "tsk_1.1" } == ["/attempt_id: breaks 'pattern'"])
        #expect(try request { $0.sampleFps = 31 } == ["/sample_fps: breaks 'maximum'"])
        #expect(try request { $0.version = 2 } == ["/version: breaks 'const'"])
    }

    @Test func `a box is four shares, and may hang over the edge`() throws {
        #expect(try report { $0.clips?[0].tracks[0].samples[0].box = [-0.1, 0.9, 0.3, 0.3] } == [])
        #expect(
            try report { $0.clips?[0].tracks[0].samples[0].box = [0.1, 0.2, 0.3] }
                == ["/clips/0/tracks/0/samples/0/box: breaks 'minItems'"]
        )
        #expect(
            try report { $0.clips?[0].tracks[0].samples[0].box = [640, 0.2, 0.3, 0.3] }
                == ["/clips/0/tracks/0/samples/0/box/0: breaks 'maximum'"]
        )
        #expect(try report { $0.status = "done" } == ["/status: breaks 'enum'"])
    }
}
