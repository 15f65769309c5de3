import Contracts

/// A short as the content of a template, whose elements are named `Video`, `Captions`, `Title` and `Logo`.
///
/// How it looks is the template's; what is shown, and when, is the short's.
struct CreatomateTemplate: Sendable {
    let hosted: HostedShort
    let canvas: Composition.Canvas
    /// 0 to 1.
    let volume: Double
    let limits: ShortLimits

    private var short: Composition.Short { hosted.short }

    func modifications() throws(Problem) -> JSONPart {
        guard let shot = canvas.shots.first, canvas.shots.count == 1 else {
            throw limits.refusal("canvases.shots", "are several, and a template shows one")
        }
        guard short.keptRangesMs == nil else {
            throw limits.refusal("kept_ranges_ms", "are several, and a template shows one stretch")
        }
        var members: [String: JSONPart] = [
            "duration": short.durationMs.inSeconds, "Video.source": .text(hosted.clip.url),
            "Video.trim_start": short.leadMs.inSeconds, "Video.trim_duration": short.durationMs.inSeconds,
            "Video.volume": CreatomateScript.percent(volume),
        ]
        if shot.layout != .fit {
            guard
                let place = CropPlacement(
                    shot.rect,
                    sourceWidth: short.sourceWidth,
                    sourceHeight: short.sourceHeight
                )
            else { throw limits.refusal("canvases.shots.rect", "does not lie in the source") }
            for (name, value) in CreatomateScript.placed(place) { members["Video.\(name)"] = value }
        } else {
            members["Video.fit"] = "contain"
        }
        if let words = try CreatomateWords(short, canvas, limits: limits) {
            members["Captions.transcript_source"] = words.words
        } else {
            members["Captions.visible"] = false
        }
        if let title = short.titleOverlay {
            members["Title.text"] = .text(title.text)
            members["Title.time"] = title.startMs.inSeconds
            members["Title.duration"] = (title.endMs - title.startMs).inSeconds
        } else {
            members["Title.visible"] = false
        }
        guard short.images.count <= 1 else {
            throw limits.refusal("images", "are several, and a template shows one")
        }
        if let image = short.images.first, let file = hosted.images[image.assetSha256] {
            members["Logo.source"] = .text(file.url)
        } else {
            members["Logo.visible"] = false
        }
        return .members(members)
    }
}
