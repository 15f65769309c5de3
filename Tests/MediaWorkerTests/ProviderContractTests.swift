import Contracts
import Foundation
import MediaWorker
import OutboundHTTP
import Testing
import Yams

/// Holds `contracts/provider.openapi.yaml` and the worker to each other.
@Suite struct ProviderContractTests {
    private static func document() throws -> Node {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(
            contentsOf: root.appending(path: "contracts/provider.openapi.yaml"),
            encoding: .utf8
        )
        return try #require(try Yams.compose(yaml: text))
    }

    private static func example(_ name: String) throws -> Data {
        let value = try #require(try document()["components"]?["examples"]?[name]?["value"])
        return try JSONSerialization.data(withJSONObject: plain(value))
    }

    private static func plain(_ node: Node) throws -> Any {
        if let mapping = node.mapping {
            let pairs = try mapping.map { (try #require($0.key.string), try plain($0.value)) }
            return Dictionary(uniqueKeysWithValues: pairs)
        }
        if let sequence = node.sequence { return try sequence.map(plain) }
        if node.tag == Tag(.int) { return try #require(node.int) }
        if node.tag == Tag(.float) { return try #require(node.float) }
        if node.tag == Tag(.bool) { return try #require(node.bool as Bool?) }
        return try #require(node.string)
    }

    @Test(arguments: ["TranscodeTask", "PrepareMediaTask"])
    func `an example of a task is taken`(name: String) async throws {
        let body = try Self.example(name)
        let task = try WireJSON.decode(ProviderTask.self, from: body)
        let handler = ClosureHandler { _ in }
        try await WorkerHarness.run(handlers: [task.kind: handler]) { worker in
            let answer = try await worker.send("POST", "/v1/tasks", body: [UInt8](body))

            #expect(answer.status == 202)
        }
    }

    @Test(arguments: [
        ("RunningReport", TaskReport.State.running), ("CompletedReport", .completed),
        ("PartReport", .completed), ("FailedReport", .failed),
    ])
    func `an example of a report can be read`(name: String, state: TaskReport.State) throws {
        let report = try WireJSON.decode(TaskReport.self, from: Self.example(name))

        #expect(report.state == state)
        if let slug = report.error?.slug { #expect(Problem.Slug(rawValue: slug) != nil) }
    }

    @Test func `kinds, states and ratios are those of the program`() throws {
        let schemas = try #require(try Self.document()["components"]?["schemas"])
        func words(_ node: Node?) -> [String] { node?.sequence?.compactMap(\.string) ?? [] }

        #expect(words(schemas["TaskKind"]?["enum"]) == ProviderTask.Kind.allCases.map(\.rawValue))
        #expect(
            words(schemas["TaskReport"]?["properties"]?["state"]?["enum"])
                == TaskReport.State.allCases.map(\.rawValue)
        )
        #expect(words(schemas["AspectRatio"]?["enum"]) == AspectRatio.allCases.map(\.rawValue))
    }

    @Test func `every reference leads to something`() throws {
        let document = try Self.document()
        func references(_ node: Node) -> [String] {
            if let mapping = node.mapping {
                return mapping.flatMap { pair in
                    pair.key.string == "$ref" ? [pair.value.string ?? ""] : references(pair.value)
                }
            }
            return node.sequence?.flatMap(references) ?? []
        }

        let found = Set(references(document))

        #expect(found.count > 20)
        for reference in found {
            let parts = reference.split(separator: "/").dropFirst().map(String.init)
            let target = parts.reduce(document as Node?) { $0?[$1] }
            #expect(target != nil, "\(reference)")
        }
    }
}
