import Contracts
import Foundation
import Testing

/// Holds `contracts/render-hook.openapi.yaml` to its own examples and routes.
@Suite struct RenderHookContractTests {
    private let document: OpenAPIDocument

    init() throws {
        document = try OpenAPIDocument("render-hook.openapi")
    }

    @Test func `it describes what a renderer serves and what it calls`() {
        let routes: Set = [
            "POST /v1/renders", "DELETE /v1/renders/{render_id}",
            "GET /v1/renders/{render_id}/outputs/{output_id}", "POST /v1/callbacks/render-hook",
        ]

        #expect(Set(document.operations.keys) == routes)
    }

    @Test func `its examples fit its schemas`() throws {
        let checker = SchemaChecker(openAPI: document.json)

        #expect(document.examples.count == 3)
        for (name, example) in document.examples {
            let schema = name.hasSuffix("Receipt") ? "RenderReceipt" : "RenderReport"
            #expect(try checker.problems(example, by: "#/components/schemas/\(schema)") == [], "\(name)")
        }
    }
}
