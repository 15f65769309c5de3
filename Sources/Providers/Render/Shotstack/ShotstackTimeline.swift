import Contracts
import Styles

/// One canvas of a short as the tracks of a timeline; the first one lies on top.
struct ShotstackTimeline: Sendable {
    let hosted: HostedShort
    let canvas: Composition.Canvas
    /// 0 to 1.
    let volume: Double
    let limits: ShortLimits

    private var short: Composition.Short { hosted.short }

    func tracks() throws(Problem) -> [JSONPart] {
        var tracks: [[JSONPart]] = [images(), captions(), title()]
        var (pictures, backgrounds): ([JSONPart], [JSONPart]) = ([], [])
        for piece in ShotPiece.pieces(of: canvas, in: short) {
            pictures.append(try picture(piece))
            if piece.shot.layout == .fit { backgrounds += background(piece) }
        }
        tracks += [pictures, backgrounds]
        return tracks.filter { !$0.isEmpty }.map { ["clips": .list($0)] }
    }

    /// The picture of a shot, moved so that its part fills the canvas.
    private func picture(_ piece: ShotPiece) throws(Problem) -> JSONPart {
        var clip = timed(piece)
        clip["asset"] = video(piece, volume: sound(piece))
        switch piece.shot.layout {
        case .fit: clip["fit"] = "contain"
        case .crop, .stacked:
            guard
                let place = CropPlacement(
                    piece.shot.rect,
                    sourceWidth: short.sourceWidth,
                    sourceHeight: short.sourceHeight
                )
            else { throw limits.refusal("canvases.shots.rect", "does not lie in the source") }
            // Fitted by `crop`, the source is as large as it must be to cover the canvas.
            clip["fit"] = "crop"
            clip["scale"] = .number(min(place.width, place.height).rounded(places: 4))
            clip["offset"] = [
                "x": .number((place.x - 0.5).rounded(places: 4)),
                // Up is positive.
                "y": .number((0.5 - place.y).rounded(places: 4)),
            ]
        }
        return .members(clip)
    }

    private func background(_ piece: ShotPiece) -> [JSONPart] {
        var clip = timed(piece)
        if let file = short.backgroundImage.flatMap({ hosted.images[$0] }) {
            clip["asset"] = ["type": "image", "src": .text(file.url)]
            clip["fit"] = "crop"
            return [.members(clip)]
        }
        guard short.hasBlurredBackground else { return [] }
        clip["asset"] = video(piece, volume: 0)
        clip["fit"] = "crop"
        clip["filter"] = "blur"
        return [.members(clip)]
    }

    private func timed(_ piece: ShotPiece) -> [String: JSONPart] {
        ["start": piece.startMs.inSeconds, "length": piece.lengthMs.inSeconds]
    }

    private func video(_ piece: ShotPiece, volume: JSONPart) -> JSONPart {
        [
            "type": "video", "src": .text(hosted.clip.url),
            "trim": (short.leadMs + piece.clipStartMs).inSeconds, "volume": volume,
        ]
    }

    /// A number, or the fades at the ends of the short and where something is cut out of it.
    private func sound(_ piece: ShotPiece) -> JSONPart {
        let level = JSONPart.number(volume.rounded(places: 4))
        var tweens: [JSONPart] = []
        if piece.fadeInMs > 0 {
            tweens.append(["from": 0, "to": level, "start": 0, "length": piece.fadeInMs.inSeconds])
        }
        if piece.fadeOutMs > 0, piece.lengthMs > piece.fadeOutMs {
            tweens.append([
                "from": level, "to": 0, "start": (piece.lengthMs - piece.fadeOutMs).inSeconds,
                "length": piece.fadeOutMs.inSeconds,
            ])
        }
        return tweens.isEmpty ? level : .list(tweens)
    }

    private func captions() -> [JSONPart] {
        guard short.captionStyle.enabled else { return [] }
        return short.captions.filter { $0.endMs > $0.startMs }.map { page in
            let sheet = CaptionSheet(page, short.captionStyle, canvas)
            return overlay(
                startMs: sheet.startMs,
                endMs: sheet.endMs,
                html: ShotstackPage.captions(sheet),
                css: ShotstackPage.captionsStyle(sheet, short.captionStyle, canvas)
            )
        }
    }

    private func title() -> [JSONPart] {
        guard let title = short.titleOverlay, let style = short.titleStyle, title.endMs > title.startMs,
            let sheet = TitleSheet(title, style, short, canvas)
        else { return [] }
        return [
            overlay(
                startMs: title.startMs,
                endMs: title.endMs,
                html: ShotstackPage.title(sheet),
                css: ShotstackPage.titleStyle(sheet, style)
            )
        ]
    }

    private func overlay(startMs: Int, endMs: Int, html: String, css: String) -> JSONPart {
        [
            "asset": ["type": "html5", "html": .text(html), "css": .text(css)],
            "start": startMs.inSeconds, "length": (endMs - startMs).inSeconds,
            "width": .whole(canvas.width), "height": .whole(canvas.height),
        ]
    }

    /// Pictures are fitted by their width: those of styles are wordmarks, wider than high.
    private func images() -> [JSONPart] {
        short.images.compactMap { image in
            guard let file = hosted.images[image.assetSha256] else { return nil }
            let place = SafeArea.place(
                image,
                sides: (2, 1),
                canvas: (canvas.aspectRatio, canvas.width, canvas.height)
            )
            let isLeft = image.corner == .topLeft || image.corner == .bottomLeft
            let isTop = image.corner == .topLeft || image.corner == .topRight
            let fromSide = isLeft ? place.x : canvas.width - place.x - place.width
            let fromEdge = isTop ? place.y : canvas.height - place.y - place.height
            let (x, y) = (Double(fromSide) / Double(canvas.width), Double(fromEdge) / Double(canvas.height))
            return [
                "asset": ["type": "image", "src": .text(file.url)], "start": 0,
                "length": short.durationMs.inSeconds, "fit": "contain",
                "scale": .number((Double(place.width) / Double(canvas.width)).rounded(places: 4)),
                "position": .text("\(isTop ? "top" : "bottom")\(isLeft ? "Left" : "Right")"),
                "offset": [
                    "x": .number((isLeft ? x : -x).rounded(places: 4)),
                    "y": .number((isTop ? -y : y).rounded(places: 4)),
                ],
                "opacity": .number(image.opacity),
            ]
        }
    }
}
