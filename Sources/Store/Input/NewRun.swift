package import Contracts
package import Pipeline

/// A run that is to be accepted; its request is validated and its defaults are filled in.
package struct NewRun: Sendable {
    package var tenantId: String
    package var workflow: Workflow
    package var sourceAssetId: String?
    package var sourceUrl: String?
    package var style: StylePin
    package var options: RunOptions
    package var metadata: [String: String]
    package var externalId: String?
    package var provided: ProvidedInput?

    package init(
        tenantId: String,
        workflow: Workflow,
        sourceAssetId: String?,
        sourceUrl: String?,
        style: StylePin,
        options: RunOptions,
        metadata: [String: String] = [:],
        externalId: String? = nil,
        provided: ProvidedInput? = nil
    ) {
        self.tenantId = tenantId
        self.workflow = workflow
        self.sourceAssetId = sourceAssetId
        self.sourceUrl = sourceUrl
        self.style = style
        self.options = options
        self.metadata = metadata
        self.externalId = externalId
        self.provided = provided
    }
}
