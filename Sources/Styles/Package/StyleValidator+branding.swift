import Contracts

extension StyleValidator {
    static func branding(_ document: StyleDocument, _ check: inout StyleCheck) {
        if let bar = document.progressBar { progressBar(bar, &check) }
        if let third = document.lowerThird { lowerThird(third, &check) }
        if let background = document.background { self.background(background, &check) }
        if let music = document.music { self.music(music, &check) }
    }

    private static func progressBar(_ bar: ProgressBarStyle, _ check: inout StyleCheck) {
        check.color(bar.color, "/progress_bar/color")
        check.number(bar.heightShare, "/progress_bar/height_share", 0.002...0.03)
    }

    private static func lowerThird(_ third: LowerThirdStyle, _ check: inout StyleCheck) {
        check.text(third.name, "/lower_third/name", lengths: 1...60)
        if let role = third.role { check.text(role, "/lower_third/role", lengths: 1...80) }
        check.font(third.fontFamily, third.fontWeight, "/lower_third")
        check.number(third.sizeShare, "/lower_third/size_share", 0.03...0.08)
        check.color(third.textColor, "/lower_third/text_color")
        check.color(third.backgroundColor, "/lower_third/background_color")
        check.contrast(
            third.textColor,
            third.backgroundColor,
            "/lower_third/text_color",
            "the background"
        )
        if let accent = third.accentColor { check.color(accent, "/lower_third/accent_color") }
        check.whole(third.startMs, "/lower_third/start_ms", 0...60_000)
        check.whole(third.durationMs, "/lower_third/duration_ms", 1_000...60_000)
    }

    private static func background(_ background: BackgroundStyle, _ check: inout StyleCheck) {
        let kind = background.kind
        check.require(kind != .color || background.color != nil, "/background/color", "must be there")
        check.require(
            kind != .blur || background.color == nil,
            "/background/color",
            "is for the kinds 'color' and 'image'"
        )
        check.require(
            (background.assetSha256 != nil) == (kind == .image),
            "/background/asset_sha256",
            kind == .image ? "must be there" : "is for the kind 'image' only"
        )
        if let color = background.color { check.color(color, "/background/color") }
        if let digest = background.assetSha256 { check.digest(digest, "/background/asset_sha256") }
    }

    private static func music(_ music: MusicStyle, _ check: inout StyleCheck) {
        check.digest(music.assetSha256, "/music/asset_sha256")
        check.number(music.gainDb, "/music/gain_db", -40...6)
        check.number(music.duckingDb, "/music/ducking_db", 0...20)
        check.whole(music.fadeOutMs, "/music/fade_out_ms", 0...5_000)
    }
}
