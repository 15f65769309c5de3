import Contracts
import Foundation
import Testing

/// Holds `contracts/provider.openapi.yaml` to the types that gateway and worker exchange.
@Suite struct ProviderContractTests {
    private let document: OpenAPIDocument

    init() throws {
        document = try OpenAPIDocument("provider.openapi")
    }

    @Test func `it describes the four paths of a provider and the two of the gateway`() {
        let routes: Set = [
            "POST /v1/tasks", "GET /v1/tasks/{task_id}", "POST /v1/tasks/{task_id}/cancel", "GET /healthz",
            "PUT /v1/uploads/{token}/{artifact_name}", "POST /v1/callbacks/{provider}/{token}",
        ]

        #expect(Set(document.operations.keys) == routes)
    }

    @Test func `it names the kinds and states that the code has`() {
        func values(_ schema: JSONValue?) -> [String] { schema?["enum"]?.array?.compactMap(\.string) ?? [] }

        #expect(values(document.schema("TaskKind")) == ProviderTask.Kind.allCases.map(\.rawValue))
        #expect(
            values(document.schema("TaskReport")?["properties"]?["state"])
                == TaskReport.State.allCases.map(\.rawValue)
        )
    }

    @Test func `its examples fit its schemas and are what the types read and write`() throws {
        let checker = SchemaChecker(openAPI: document.json)

        #expect(document.examples.count >= 2)
        for (name, example) in document.examples {
            let written: Data
            if name.hasSuffix("Task") {
                #expect(
                    try checker.problems(example, by: "#/components/schemas/ProviderTask") == [],
                    "\(name)"
                )
                written = try WireJSON.encode(WireJSON.decode(ProviderTask.self, from: example.data()))
            } else {
                #expect(try checker.problems(example, by: "#/components/schemas/TaskReport") == [], "\(name)")
                written = try WireJSON.encode(WireJSON.decode(TaskReport.self, from: example.data()))
            }
            #expect(try JSONValue(written) == example, "\(name)")
        }
    }

    @Test func `its schemas name the members that Swift writes`() throws {
        func members(_ name: String) -> [String] {
            (document.schema(name)?["properties"]?.object ?? [:]).keys.sorted()
        }
        func written(_ value: some Encodable) throws -> [String] {
            try #require(try JSONValue(WireJSON.encode(value)).object).keys.sorted()
        }
        let task = ProviderTask(
            taskId: "t",
            attempt: 1,
            kind: .render,
            deadline: Date(timeIntervalSince1970: 0),
            callbackUrl: "c",
            uploadUrl: "u",
            inputs: [],
            parameters: .init(),
            outputId: "o"
        )
        let report = TaskReport(
            taskId: "t",
            attempt: 1,
            state: .failed,
            progress: 0,
            error: Problem(.renderFailed, detail: "d"),
            usage: .init(wallMs: 1, cpuMs: 1, peakRssBytes: 1)
        )
        let composition = try WireJSON.decode(
            Composition.self,
            from: ContractFiles.data("contracts/examples/artifacts/composition.json")
        )
        let parameters = ProviderTask.Parameters(
            durationMsMax: 1,
            language: "en",
            aspectRatios: [.portrait],
            short: composition.shorts[0]
        )

        #expect(members("ProviderTask") == (try written(task)))
        #expect(members("TaskReport") == (try written(report)))
        #expect(members("Parameters") == (try written(parameters)))
        #expect(
            members("Input")
                == (try written(ProviderTask.Input(name: "n", url: "u", sha256: "s", sizeBytes: 1)))
        )
    }
}
