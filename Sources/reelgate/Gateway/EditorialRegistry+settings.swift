import Editorial
import OutboundHTTP
import Providers

extension EditorialRegistry {
    /// The embedded scorer, and the hosted models that are set up.
    static func configured(
        _ settings: Settings,
        client: HTTPClient,
        meter: ProviderMeter
    ) throws -> EditorialRegistry {
        let limits = try settings.hostedLimits()
        var hosted: [String: any EditorialModel] = [:]
        if let anthropic = try settings.anthropic() {
            let model = AnthropicModel(anthropic, client: client, meter: meter)
            hosted[AnthropicModel.standardName] = HostedEditor(model, limits: limits)
        }
        if let openAI = try settings.openAI() {
            let model = OpenAIModel(openAI, client: client, meter: meter)
            hosted[OpenAIModel.standardName] = HostedEditor(model, limits: limits)
        }
        let standard = try settings.required(.editorial)
        let registry = EditorialRegistry(hosted: hosted, standard: standard)
        guard registry.names.contains(standard) else {
            let remedy =
                setUpBy[standard] ?? "it must be one of \(registry.names.sorted().joined(separator: ", "))"
            throw Settings.Invalid(
                description: "\(Setting.editorial.name) is '\(standard)', which is not set up: \(remedy)"
            )
        }
        return registry
    }

    /// What sets the gateway up for each hosted model.
    static let setUpBy = [
        AnthropicModel.standardName: "set \(Setting.anthropicKey.name)",
        OpenAIModel.standardName: "set \(Setting.openAIModel.name) and \(Setting.openAIKey.name)",
    ]
}
