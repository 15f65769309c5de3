import Contracts
import Providers
import Signatures

/// Services that render shorts.
extension ProviderKind {
    static let shotstack = ProviderKind(
        ShotstackProvider.standardName,
        does: .render,
        [
            .key("sent as x-api-key"),
            .url(
                "https://api.shotstack.io/edit/v1",
                "where its API is, with its version; https://api.shotstack.io/edit/stage is the sandbox"
            ),
            ProviderMember("fonts", .pairs(nil), "address of a font file for each family of your styles"),
            concessions, renderSeconds, ProviderParts.privateNetwork,
        ]
    ) { values, parts in
        var settings = ShotstackSettings(key: try values.neededSecret("key"))
        settings.baseURL = values.text("url") ?? settings.baseURL
        settings.fonts = values.pairs("fonts") ?? settings.fonts
        settings.concessions = conceded(values)
        settings.renderSeconds = values.number("render_seconds") ?? settings.renderSeconds
        return .provider(
            ShotstackProvider(
                name: values.provider,
                settings: settings,
                client: try parts.client(for: values, at: "url"),
                meter: parts.meter
            )
        )
    }

    static let creatomate = ProviderKind(
        CreatomateProvider.standardName,
        does: .render,
        [
            .key("the project's API key"), .url("https://api.creatomate.com/v2"),
            ProviderMember(
                "templates",
                .pairs(ratios),
                "id of a template for a ratio",
                standard: "RenderScript"
            ),
            ProviderMember(
                "fonts",
                .list(nil),
                "families that the project has",
                standard: "Inter, Lato, Bebas Neue"
            ),
            concessions, renderSeconds, ProviderParts.privateNetwork,
        ]
    ) { values, parts in
        var settings = CreatomateSettings(key: try values.neededSecret("key"))
        settings.baseURL = values.text("url") ?? settings.baseURL
        settings.templates = byRatio(values.pairs("templates")) ?? settings.templates
        settings.fonts = values.list("fonts").map { Set($0) } ?? settings.fonts
        settings.concessions = conceded(values)
        settings.renderSeconds = values.number("render_seconds") ?? settings.renderSeconds
        return .provider(
            CreatomateProvider(
                name: values.provider,
                settings: settings,
                client: try parts.client(for: values, at: "url"),
                meter: parts.meter
            )
        )
    }

    /// It belongs to the operator, so it may be in a private network.
    static let renderHook = ProviderKind(
        RenderHook.standardName,
        does: .render,
        [
            ProviderMember("url", .address, "where the renderer is", isNeeded: true),
            ProviderMember(
                "secret",
                .secret(lengthMin: 16, mayHaveBlanks: true),
                "what the render hook and the gateway sign with, 16 characters or more",
                isNeeded: true
            ),
        ],
        reachesGateway: false
    ) { values, parts in
        .provider(
            RenderHook(
                name: values.provider,
                url: try values.neededText("url"),
                secret: Array(try values.neededSecret("secret").reveal().utf8),
                client: parts.privateClient
            )
        )
    }

    static let ratios = AspectRatio.allCases.map(\.rawValue)

    static func byRatio(_ pairs: [String: String]?) -> [AspectRatio: String]? {
        pairs.map { pairs in
            Dictionary(
                pairs.compactMap { name, text in AspectRatio(rawValue: name).map { ($0, text) } },
                uniquingKeysWith: { first, _ in first }
            )
        }
    }

    private static let concessions = ProviderMember(
        "concessions",
        .list(RenderConcession.allCases.map(\.rawValue)),
        "what may be left out of a short: gain, emphasis, stack, animation, branding",
        standard: "none"
    )
    private static let renderSeconds = ProviderMember(
        "render_seconds",
        .number(60...86_400),
        "how long one render may take",
        standard: "1800"
    )

    private static func conceded(_ values: ProviderValues) -> Set<RenderConcession> {
        Set((values.list("concessions") ?? []).compactMap(RenderConcession.init(rawValue:)))
    }
}
