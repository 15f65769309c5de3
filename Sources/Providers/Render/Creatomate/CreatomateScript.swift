import Contracts
import Styles

/// One canvas of a short in RenderScript; elements on a higher track lie over those on a lower one.
struct CreatomateScript: Sendable {
    private enum Track: Int {
        case background = 1
        case picture, title, captions, image
    }

    let hosted: HostedShort
    let canvas: Composition.Canvas
    /// 0 to 1.
    let volume: Double
    let limits: ShortLimits

    private var short: Composition.Short { hosted.short }

    func members() throws(Problem) -> [String: JSONPart] {
        var elements: [JSONPart] = []
        for piece in ShotPiece.pieces(of: canvas, in: short) {
            if piece.shot.layout == .fit { elements += background(piece) }
            elements.append(try picture(piece))
        }
        elements += title()
        elements += try captions()
        elements += images()
        return [
            "output_format": "mp4", "width": .whole(canvas.width), "height": .whole(canvas.height),
            "frame_rate": .number((Double(short.fpsNum) / Double(short.fpsDen)).rounded(places: 3)),
            "duration": short.durationMs.inSeconds, "fill_color": .text(short.backgroundColor),
            "elements": .list(elements),
        ]
    }

    private func picture(_ piece: ShotPiece) throws(Problem) -> JSONPart {
        var element = video(piece, .picture)
        element["volume"] = Self.percent(volume)
        if piece.fadeInMs > 0 { element["audio_fade_in"] = piece.fadeInMs.inSeconds }
        if piece.fadeOutMs > 0 { element["audio_fade_out"] = piece.fadeOutMs.inSeconds }
        switch piece.shot.layout {
        case .fit: element["fit"] = "contain"
        case .crop, .stacked:
            guard
                let place = CropPlacement(
                    piece.shot.rect,
                    sourceWidth: short.sourceWidth,
                    sourceHeight: short.sourceHeight
                )
            else { throw limits.refusal("canvases.shots.rect", "does not lie in the source") }
            element.merge(Self.placed(place)) { $1 }
        }
        return .members(element)
    }

    /// The whole source, so large and so moved that the part fills the canvas.
    static func placed(_ place: CropPlacement) -> [String: JSONPart] {
        [
            "fit": "fill", "width": percent(place.width), "height": percent(place.height),
            "x": percent(place.x), "y": percent(place.y),
        ]
    }

    private func background(_ piece: ShotPiece) -> [JSONPart] {
        if let file = short.backgroundImage.flatMap({ hosted.images[$0] }) {
            return [
                [
                    "type": "image", "track": .whole(Track.background.rawValue),
                    "time": piece.startMs.inSeconds, "duration": piece.lengthMs.inSeconds,
                    "source": .text(file.url), "fit": "cover", "width": "100%", "height": "100%",
                ]
            ]
        }
        guard short.hasBlurredBackground else { return [] }
        var element = video(piece, .background)
        element["volume"] = "0%"
        element["fit"] = "cover"
        element["blur_radius"] = 32
        return [.members(element)]
    }

    private func video(_ piece: ShotPiece, _ track: Track) -> [String: JSONPart] {
        let length = piece.lengthMs.inSeconds
        return [
            "type": "video", "track": .whole(track.rawValue), "time": piece.startMs.inSeconds,
            "duration": length, "source": .text(hosted.clip.url),
            "trim_start": (short.leadMs + piece.clipStartMs).inSeconds, "trim_duration": length,
        ]
    }

    private func captions() throws(Problem) -> [JSONPart] {
        let style = short.captionStyle
        guard let words = try CreatomateWords(short, canvas, limits: limits) else { return [] }
        let safe = SafeArea(canvas.aspectRatio).rect(width: canvas.width, height: canvas.height)
        let isMarked = style.animation != .plain
        var element: [String: JSONPart] = [
            "name": "Captions", "type": "text", "track": .whole(Track.captions.rawValue), "time": 0,
            "duration": short.durationMs.inSeconds, "x": "50%", "y": .whole(words.baselinePixels),
            "y_anchor": "100%", "width": .whole(safe.width),
            "height": .number((words.linePixels * Double(words.linesMax)).rounded(places: 1)),
            "x_alignment": "50%", "y_alignment": "100%", "font_family": .text(style.fontFamily),
            "font_weight": .whole(style.fontWeight),
            "font_size": .number(words.fontPixels.rounded(places: 1)), "line_height": "120%",
            "fill_color": .text(style.textColor), "stroke_color": .text(style.outlineColor),
            "stroke_width": .number(words.outlinePixels.rounded(places: 1)),
            "transcript_source": words.words,
            "transcript_effect": style.animation == .karaoke ? "karaoke" : "color",
            "transcript_split": "word", "transcript_placement": "static",
            "transcript_color": .text(isMarked ? style.highlightColor : style.textColor),
        ]
        if let color = style.backgroundColor { element["background_color"] = .text(color) }
        return [.members(element)]
    }

    private func title() -> [JSONPart] {
        guard let title = short.titleOverlay, let style = short.titleStyle, title.endMs > title.startMs,
            let sheet = TitleSheet(title, style, short, canvas)
        else { return [] }
        let time: [String: JSONPart] = [
            "track": .whole(Track.title.rawValue), "time": title.startMs.inSeconds,
            "duration": (title.endMs - title.startMs).inSeconds,
        ]
        // A composition holds both on one track; its parts are placed within it.
        let card: JSONPart = [
            "type": "shape", "track": 1, "width": "100%", "height": "100%",
            "path": "M 0 0 L 100 0 L 100 100 L 0 100 L 0 0 Z",
            "border_radius": .number(sheet.radiusPixels.rounded(places: 1)),
            "fill_color": .text(style.backgroundColor),
        ]
        let text: JSONPart = [
            "name": "Title", "type": "text", "track": 2, "text": .text(sheet.lines.joined(separator: "\n")),
            "width": "100%", "height": "100%", "x_alignment": "50%", "y_alignment": "50%",
            "font_family": .text(style.fontFamily), "font_weight": .whole(style.fontWeight),
            "font_size": .number(sheet.fontPixels.rounded(places: 1)), "line_height": "120%",
            "fill_color": .text(style.textColor),
        ]
        var composition = time
        composition["type"] = "composition"
        composition["x"] = .number((sheet.x + sheet.width / 2).rounded(places: 1))
        composition["y"] = .number((sheet.y + sheet.height / 2).rounded(places: 1))
        composition["width"] = .number(sheet.width.rounded(places: 1))
        composition["height"] = .number(sheet.height.rounded(places: 1))
        composition["elements"] = [card, text]
        return [.members(composition)]
    }

    /// In a box twice as wide as high, in which the whole picture is shown: those of styles are wordmarks.
    private func images() -> [JSONPart] {
        short.images.compactMap { image in
            guard let file = hosted.images[image.assetSha256] else { return nil }
            let box = SafeArea.place(
                image,
                sides: (2, 1),
                canvas: (canvas.aspectRatio, canvas.width, canvas.height)
            )
            return [
                "name": "Logo", "type": "image", "track": .whole(Track.image.rawValue), "time": 0,
                "duration": short.durationMs.inSeconds, "source": .text(file.url), "fit": "contain",
                "x": .number(Double(box.x) + Double(box.width) / 2),
                "y": .number(Double(box.y) + Double(box.height) / 2),
                "width": .whole(box.width), "height": .whole(box.height),
                "opacity": Self.percent(image.opacity),
            ]
        }
    }

    static func percent(_ share: Double) -> JSONPart { .text("\((share * 100).rounded(places: 3))%") }
}
