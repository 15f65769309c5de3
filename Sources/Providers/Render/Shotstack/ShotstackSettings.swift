package import Signatures

/// What an account at Shotstack is used with.
package struct ShotstackSettings: Sendable, Hashable {
    package var key: Secret
    /// With the version, without a slash at the end; `.../edit/stage` is the sandbox.
    package var baseURL: String
    /// Where the files of fonts are, by the family that a style names.
    package var fonts: [String: String]
    package var concessions: Set<RenderConcession>
    /// How long one render may take.
    package var renderSeconds: Int

    package init(
        key: Secret,
        baseURL: String = "https://api.shotstack.io/edit/v1",
        fonts: [String: String] = [:],
        concessions: Set<RenderConcession> = [],
        renderSeconds: Int = 1_800
    ) {
        self.key = key
        self.baseURL = baseURL
        self.fonts = fonts
        self.concessions = concessions
        self.renderSeconds = renderSeconds
    }
}
