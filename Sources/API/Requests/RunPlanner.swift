import Artifacts
import Contracts
import Hummingbird
import Pipeline
import Store

/// Turns the body of `POST /v1/runs` into the run that is stored, or into a problem that tells all mistakes.
struct RunPlanner: Sendable {
    let store: Store
    let artifacts: any ArtifactStore
    let configuration: APIConfiguration
    let pins: StylePins

    func plan(_ body: JSONValue, tenantId: String) async throws -> NewRun {
        var findings = Findings()
        let reader = RunRequestReader(
            providers: configuration.providers,
            addressPolicy: configuration.addressPolicy
        )
        let request = reader.read(body, findings: &findings)
        if let assetId = request?.source.assetId, ResourceID.isValid(assetId, .asset),
            try await store.asset(tenantId: tenantId, id: assetId) == nil
        {
            findings.add("/source/asset_id", "there is no asset with this id")
        }
        let style = try await pin(request?.style, tenantId: tenantId, findings: &findings)
        let keeper = ProvidedKeeper(store: store, artifacts: artifacts)
        try await keeper.check(request, tenantId: tenantId, findings: &findings)
        try findings.check()
        guard let request, let style,
            let workflow = Workflow.named(request.workflow ?? Workflow.shortsV1.name)
        else { throw Problem(.invalidRequest, detail: "The request is not valid.") }
        return NewRun(
            tenantId: tenantId,
            workflow: workflow,
            sourceAssetId: request.source.assetId,
            sourceUrl: request.source.url,
            style: style,
            options: RunOptions(filling: request),
            metadata: request.metadata ?? [:],
            externalId: request.externalId,
            provided: try await keeper.keep(request, tenantId: tenantId)
        )
    }

    /// The exact version that the run will use, whatever is published later.
    func pin(
        _ asked: RunRequest.Style?,
        tenantId: String,
        findings: inout Findings
    ) async throws -> StylePin? {
        let package = asked?.package ?? configuration.defaultStyle
        let pin = try await pins.pin(tenantId: tenantId, package: package, version: asked?.version)
        guard let pin else {
            let pointer = asked?.version == nil ? "/style/package" : "/style"
            findings.add(pointer, "there is no such published style", slug: .unknownStyle)
            return nil
        }
        return pin
    }
}
