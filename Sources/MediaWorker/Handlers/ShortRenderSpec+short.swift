package import Contracts
package import Media

extension ShortRenderSpec.Sound {
    package init(_ short: Composition.Short, music: ShortRenderSpec.Music?) {
        // Sound that the plan could not bring to its target is left where it is, as the short's warning says.
        let isLevelled = !short.warnings.contains { ["gain-limited", "silent-clip"].contains($0.code) }
        self.init(
            gainDb: short.audio.gainDb,
            ceilingDb: short.audio.truePeakMaxDbtp,
            fadeInMs: short.audio.fadeInMs,
            fadeOutMs: short.audio.fadeOutMs,
            targetLufs: isLevelled ? short.audio.targetLufs : nil,
            music: music
        )
    }
}

extension Media.Shot {
    /// Throws where a stacked shot lacks its parts.
    package init(_ shot: Composition.Canvas.Shot) throws(Problem) {
        let layout: Layout
        switch shot.layout {
        case .crop: layout = .crop(Media.PixelRect(shot.rect))
        case .fit: layout = .fit
        case .stacked:
            guard let stack = shot.stack else {
                throw Problem(.invalidRequest, detail: "a stacked shot needs the two parts that it shows")
            }
            layout = .stacked(top: Media.PixelRect(stack.top), bottom: Media.PixelRect(stack.bottom))
        }
        self.init(startMs: shot.startMs, endMs: shot.endMs, layout: layout)
    }
}

extension Media.PixelRect {
    fileprivate init(_ rect: Contracts.PixelRect) {
        self.init(x: rect.x, y: rect.y, width: rect.width, height: rect.height)
    }
}
