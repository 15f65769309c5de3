/// Where a face and its mouth are at any time between the samples.
package struct FacePath: Sendable {
    /// Between samples farther apart nobody knows where the face is.
    private static let gapMsMax = 1_200
    /// A face is still there so long before its first sample and after its last.
    private static let edgeMsMax = 400

    /// The parts of a face that are compared, in source pixels.
    package struct Regions: Sendable, Hashable {
        package let mouth: Rect
        /// From the eyes to the bridge of the nose: it moves with the head, and little by itself.
        package let brow: Rect

        package init(mouth: Rect, brow: Rect) {
            self.mouth = mouth
            self.brow = brow
        }

        /// The same parts in a picture that is `factor` times as large.
        package func scaled(by factor: Double) -> Regions {
            Regions(mouth: mouth.scaled(by: factor), brow: brow.scaled(by: factor))
        }
    }

    private let hits: [FaceTrack.Hit]
    /// Middle of the mouth and of the eyes within the box, as shares of its sides.
    private let mouth: (x: Double, y: Double)
    private let eyes: (x: Double, y: Double)

    package init(_ track: FaceTrack) {
        hits = track.hits
        mouth = Self.middle(of: track.hits, landmarks: 3...4) ?? (0.5, 0.8)
        eyes = Self.middle(of: track.hits, landmarks: 0...1) ?? (0.5, 0.4)
    }

    /// Nil where the face is not seen.
    package func regions(at timeMs: Int) -> Regions? {
        guard let box = box(at: timeMs) else { return nil }
        func region(_ middle: (x: Double, y: Double), _ width: Double, _ height: Double) -> Rect {
            let sides = (Double(box.width) * width, Double(box.height) * height)
            return Rect(
                x: Int((Double(box.x) + Double(box.width) * middle.x - sides.0 / 2).rounded()),
                y: Int((Double(box.y) + Double(box.height) * middle.y - sides.1 / 2).rounded()),
                width: Int(sides.0.rounded()),
                height: Int(sides.1.rounded())
            )
        }
        return Regions(mouth: region(mouth, 0.5, 0.3), brow: region((eyes.x, eyes.y + 0.05), 0.7, 0.25))
    }

    private func box(at timeMs: Int) -> Rect? {
        guard let next = hits.firstIndex(where: { $0.timeMs >= timeMs }) else {
            return hits.last.flatMap { timeMs - $0.timeMs <= Self.edgeMsMax ? $0.face.box : nil }
        }
        let after = hits[next]
        guard next > 0 else {
            return after.timeMs - timeMs <= Self.edgeMsMax ? after.face.box : nil
        }
        let before = hits[next - 1]
        let gap = after.timeMs - before.timeMs
        guard gap <= Self.gapMsMax, gap > 0 else { return nil }
        let share = Double(timeMs - before.timeMs) / Double(gap)
        func between(_ a: Int, _ b: Int) -> Int { Int((Double(a) + Double(b - a) * share).rounded()) }
        return Rect(
            x: between(before.face.box.x, after.face.box.x),
            y: between(before.face.box.y, after.face.box.y),
            width: between(before.face.box.width, after.face.box.width),
            height: between(before.face.box.height, after.face.box.height)
        )
    }

    /// Single landmarks tremble, their median does not.
    private static func middle(
        of hits: [FaceTrack.Hit],
        landmarks: ClosedRange<Int>
    ) -> (x: Double, y: Double)? {
        var (xs, ys): ([Double], [Double]) = ([], [])
        for face in hits.map(\.face) where face.landmarks.count > landmarks.upperBound && face.box.area > 0 {
            let points = face.landmarks[landmarks]
            let (x, y) = points.reduce((0.0, 0.0)) { ($0.0 + Double($1.x), $0.1 + Double($1.y)) }
            let count = Double(points.count)
            xs.append((x / count - Double(face.box.x)) / Double(face.box.width))
            ys.append((y / count - Double(face.box.y)) / Double(face.box.height))
        }
        guard !xs.isEmpty else { return nil }
        return (xs.sorted()[xs.count / 2], ys.sorted()[ys.count / 2])
    }
}
