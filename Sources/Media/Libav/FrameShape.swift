/// What must stay the same from frame to frame inside one filter graph.
struct FrameShape: Equatable {
    let width: Int
    let height: Int
    let format: Int32
    let sampleRate: Int
    let channels: Int

    init(_ frame: Frame) {
        width = frame.width
        height = frame.height
        format = frame.format
        sampleRate = frame.sampleRate
        channels = frame.channelCount
    }
}
