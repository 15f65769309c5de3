import Contracts

extension Composer {
    /// A card that is seen for less than this only flickers.
    private static let lowerThirdMsMin = 800

    /// What the style adds to a short of this length; a lower third that would come too late is left out.
    static func branding(_ branding: Branding?, durationMs: Int) -> (Branding?, [Warning]) {
        guard var branding, let third = branding.lowerThird,
            third.startMs + min(lowerThirdMsMin, third.durationMs) > durationMs
        else { return (branding, []) }
        branding.lowerThird = nil
        let detail =
            "The lower third would come after \(third.startMs) ms, and the short lasts \(durationMs) ms."
        return (branding, [Warning(code: "lower-third-left-out", detail: detail)])
    }
}
