import Media

/// Every decoded picture of a file, reduced to what tests ask about.
struct Pictures {
    enum Color {
        case red
        case blue
        case other
    }

    private(set) var timesMs: [Int] = []
    private(set) var frames: [BGRFrame] = []

    init(_ path: String, width: Int = 160, framesPerSecond: Double = 30) throws {
        var times: [Int] = []
        var pictures: [BGRFrame] = []
        try FrameSampler.sample(
            path: path,
            fromMs: 0,
            toMs: 3_600_000,
            framesPerSecond: framesPerSecond,
            width: width
        ) { timeMs, picture in
            times.append(timeMs)
            pictures.append(picture)
            return true
        }
        timesMs = times
        frames = pictures
    }

    func color(_ index: Int) -> Color {
        let picture = frames[index]
        let offset = picture.height / 2 * picture.stride + picture.width / 2 * 3
        let (blue, green, red) = (picture.bytes[offset], picture.bytes[offset + 1], picture.bytes[offset + 2])
        if red > 180 && blue < 80 && green < 80 { return .red }
        if blue > 180 && red < 80 && green < 80 { return .blue }
        return .other
    }

    /// How many pixels between two lines are nearly white.
    func whitePixels(_ index: Int, lines: Range<Int>) -> Int {
        let picture = frames[index]
        var count = 0
        for line in lines {
            for column in 0..<picture.width {
                let offset = line * picture.stride + column * 3
                if picture.bytes[offset..<offset + 3].allSatisfy({ $0 > 200 }) { count += 1 }
            }
        }
        return count
    }
}
