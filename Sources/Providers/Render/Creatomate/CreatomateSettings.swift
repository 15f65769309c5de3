package import Contracts
package import Signatures

/// What a project at Creatomate is used with.
package struct CreatomateSettings: Sendable, Hashable {
    package var key: Secret
    /// Without a slash at the end.
    package var baseURL: String
    /// Templates of the project, by ratio.
    ///
    /// Where one is named the style is the template's, else the gateway writes it down.
    package var templates: [AspectRatio: String]
    /// Families that it has: those of Google Fonts, and those that were uploaded to the project.
    package var fonts: Set<String>
    package var concessions: Set<RenderConcession>
    /// How long one render may take.
    package var renderSeconds: Int

    package init(
        key: Secret,
        baseURL: String = "https://api.creatomate.com/v2",
        templates: [AspectRatio: String] = [:],
        fonts: Set<String> = ["Inter", "Lato", "Bebas Neue"],
        concessions: Set<RenderConcession> = [],
        renderSeconds: Int = 1_800
    ) {
        self.key = key
        self.baseURL = baseURL
        self.templates = templates
        self.fonts = fonts
        self.concessions = concessions
        self.renderSeconds = renderSeconds
    }
}
