import Contracts
import Media

/// Whether a file is what a member of a style takes: it is decoded to its end.
enum StyleFileCheck {
    static let soundMsMax = 20 * 60_000

    /// What is wrong with the file at the absolute path; nil: nothing.
    static func fault(_ kind: StyleAsset.Kind, path: String) -> String? {
        do throws(MediaError) {
            switch kind {
            case .picture:
                try StillImage.check(png: path)
                return nil
            case .sound: return try soundFault(path)
            }
        } catch {
            return error.detail
        }
    }

    private static func soundFault(_ path: String) throws(MediaError) -> String? {
        let media = try MediaProbe.probe(path: path)
        guard media.audio != nil else { return "the file has no sound" }
        guard media.durationMs <= soundMsMax else {
            return "the file lasts longer than \(soundMsMax / 60_000) minutes"
        }
        let loudness = try AudioAnalysis.measure(path: path, withTruePeak: false)
        return loudness.isSilent ? "the file is silent" : nil
    }
}
