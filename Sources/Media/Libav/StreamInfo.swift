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

    /// Stands for a picture that comes from no container.
    static let stillImage = StreamInfo(
        index: 0,
        kind: .video,
        codecName: "png",
        timeBase: AVRational(num: 1, den: 25),
        startTicks: nil,
        durationTicks: nil,
        isAttachedPicture: false,
        isDefault: true,
        width: 0,
        height: 0,
        pixelFormatName: "",
        profile: 0,
        fieldOrder: AV_FIELD_PROGRESSIVE,
        sampleAspect: AVRational(num: 1, den: 1),
        averageRate: nil,
        tickRate: nil,
        rotationDegrees: 0,
        colorTransfer: AVCOL_TRC_UNSPECIFIED,
        colorRange: AVCOL_RANGE_UNSPECIFIED,
        sampleRate: 0,
        channels: 0
    )

    var startMs: Int? { startTicks.map { TimeMath.ms($0, timeBase) } }
    var durationMs: Int? { durationTicks.map { TimeMath.ms($0, timeBase) } }
}
