/// A file that a style pins by its digest.
package struct StyleAsset: Sendable, Hashable {
    package enum Kind: String, Sendable, CaseIterable {
        /// A PNG.
        case picture
        case sound
    }

    package let sha256: String
    package let kind: Kind

    package init(sha256: String, kind: Kind) {
        self.sha256 = sha256
        self.kind = kind
    }

    /// What its files are named by.
    package var fileExtension: String { kind == .picture ? "png" : "audio" }

    /// How a render task names it.
    package var inputName: String { "asset/\(sha256).\(fileExtension)" }
}

extension StyleDocument {
    /// What the style adds beside captions, title and logo; nil when that is nothing.
    package var branding: Branding? {
        guard progressBar != nil || lowerThird != nil || background != nil || music != nil else { return nil }
        return Branding(
            progressBar: progressBar,
            lowerThird: lowerThird,
            background: background,
            music: music
        )
    }

    /// The files that the style pins, each at the JSON pointer of the member that names it.
    package var assets: [(pointer: String, asset: StyleAsset)] {
        let logo = logo.map { ("/logo/asset_sha256", StyleAsset(sha256: $0.assetSha256, kind: .picture)) }
        let others = branding?.assets.map { ("/\($0.pointer)", $0.asset) } ?? []
        return ([logo].compactMap(\.self) + others).map { (pointer: $0.0, asset: $0.1) }
    }
}

extension Branding {
    fileprivate var assets: [(pointer: String, asset: StyleAsset)] {
        var assets: [(pointer: String, asset: StyleAsset)] = []
        if let background, background.kind == .image, let sha256 = background.assetSha256 {
            assets.append(("background/asset_sha256", StyleAsset(sha256: sha256, kind: .picture)))
        }
        if let music {
            assets.append(("music/asset_sha256", StyleAsset(sha256: music.assetSha256, kind: .sound)))
        }
        return assets
    }
}

extension Composition.Short {
    /// The files of the style that the short is rendered with, each once.
    package var assets: [StyleAsset] {
        let pictures = images.map { StyleAsset(sha256: $0.assetSha256, kind: .picture) }
        return Set(pictures + (branding?.assets.map(\.asset) ?? [])).sorted { $0.inputName < $1.inputName }
    }
}
