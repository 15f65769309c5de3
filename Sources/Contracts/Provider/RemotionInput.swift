/// What a Remotion composition is given as its input props: `contracts/remotion-input.schema.json`.
package struct RemotionInput: Codable, Sendable, Hashable {
    package struct Image: Codable, Sendable, Hashable {
        package var assetSha256: String
        /// A signed link to the PNG.
        package var url: String

        package init(assetSha256: String, url: String) {
            self.assetSha256 = assetSha256
            self.url = url
        }
    }

    /// 2 where the short shows several stretches of its clip, stacks faces or has branding: a composition has to know how.
    package var version: Int
    /// A signed link to the clip's file.
    package var clipUrl: String
    package var images: [Image]
    /// With the one canvas that this render makes.
    package var short: Composition.Short
    /// A signed link to the music; nil where there is none.
    package var musicUrl: String?

    package init(clipUrl: String, images: [Image], short: Composition.Short, musicUrl: String? = nil) {
        let hasStack = short.canvases.contains { $0.shots.contains { $0.layout == .stacked } }
        version = short.keptRangesMs == nil && short.branding == nil && !hasStack ? 1 : 2
        self.clipUrl = clipUrl
        self.images = images
        self.short = short
        self.musicUrl = musicUrl
    }
}
