import API
import Contracts
import Editorial
import OutboundHTTP
import Pipeline
import Providers

/// The adapters that the operator set up, ready to be asked.
struct ProviderSetup: Sendable {
    private let settings: ProviderSettings
    /// Beside the worker.
    private var providers: [any Provider] = []
    private var models: [String: any EditorialModel] = [:]

    init(_ settings: ProviderSettings, _ parts: ProviderParts) throws {
        self.settings = settings
        // Also where no model is set up that they are for.
        _ = try parts.settings.hostedLimits()
        for entry in settings.entries {
            switch try entry.kind.make(entry.values, parts) {
            case .provider(let provider): providers.append(provider)
            case .model(let model, let limits): models[entry.name] = HostedEditor(model, limits: limits)
            case .worker: break
            }
        }
    }

    /// Who does delegated work; the worker does what nobody else is set up for.
    func registry(worker: any Provider) -> ProviderRegistry {
        let routes = settings.routes
        let standards: [ProviderTask.Kind: String?] = [
            .transcribe: routes.transcribe.first, .framing: routes.frame, .render: routes.render,
        ]
        let values = settings.entries.map(\.values)
        return ProviderRegistry(
            worker,
            providers,
            limits: Dictionary(uniqueKeysWithValues: values.map { ($0.provider, $0.limits) }),
            standards: standards.compactMapValues(\.self),
            pollSeconds: Dictionary(
                uniqueKeysWithValues: values.compactMap { values in
                    values.number("poll_seconds").map { (values.provider, $0) }
                }
            )
        )
    }

    /// Who makes plans: the embedded scorer, and the hosted models.
    var editorial: EditorialRegistry {
        EditorialRegistry(
            hosted: models,
            standard: settings.routes.editorial ?? EditorialRegistry.embedded
        )
    }

    /// What sets the gateway up for each kind of provider, by what runs need them for.
    static let setUpBy: [ProviderNames.Need: [String: String]] = {
        let works: [ProviderKind.Work: ProviderNames.Need] = [
            .transcribe: .transcription, .frame: .vision, .render: .render, .plan: .editorial,
        ]
        var remedies: [ProviderNames.Need: [String: String]] = [:]
        for kind in ProviderKind.all {
            if let need = works[kind.work] { remedies[need, default: [:]][kind.name] = kind.remedy }
        }
        return remedies
    }()
}
