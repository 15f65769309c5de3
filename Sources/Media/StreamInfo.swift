import CLibav

/// What a container says about one of its streams.
struct StreamInfo: Sendable {
    enum Kind: Sendable {
        case video
        case audio
        case other
    }

    let index: Int
    let kind: Kind
    let codecName: String
    let timeBase: AVRational
    let startTicks: Int64?
    let durationTicks: Int64?
    let isAttachedPicture: Bool
    let isDefault: Bool
    // Video
    let width: Int
    let height: Int
    let pixelFormatName: String
    let profile: Int32
    let fieldOrder: AVFieldOrder
    let sampleAspect: AVRational
    let averageRate: FrameRate?
    let tickRate: FrameRate?
    let rotationDegrees: Int
    let colorTransfer: AVColorTransferCharacteristic
    let colorRange: AVColorRange
    // Audio
    let sampleRate: Int
    let channels: Int

    var startMs: Int? { startTicks.map { TimeMath.ms($0, timeBase) } }
    var durationMs: Int? { durationTicks.map { TimeMath.ms($0, timeBase) } }
}
