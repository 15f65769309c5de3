/// Compares the faces of two pictures that follow each other.
package enum MouthMotion {
    /// A picture of rows of pixels of `step` bytes, one of which is looked at.
    package struct Picture: Sendable {
        let width: Int
        let height: Int
        let stride: Int
        let step: Int
        let offset: Int
        let bytes: [UInt8]

        /// Of blue, green and red bytes green alone is looked at: it is nearest to brightness.
        package init?(bgr bytes: [UInt8], width: Int, height: Int, stride: Int) {
            self.init(bytes: bytes, width: width, height: height, stride: stride, step: 3, offset: 1)
        }

        package init?(grey bytes: [UInt8], width: Int, height: Int) {
            self.init(bytes: bytes, width: width, height: height, stride: width, step: 1, offset: 0)
        }

        private init?(bytes: [UInt8], width: Int, height: Int, stride: Int, step: Int, offset: Int) {
            guard width > 0, height > 0, stride >= width * step,
                bytes.count >= stride * (height - 1) + width * step
            else { return nil }
            (self.width, self.height, self.stride) = (width, height, stride)
            (self.step, self.offset, self.bytes) = (step, offset, bytes)
        }
    }

    /// Smaller regions have too few pixels to tell a mouth from noise.
    private static let sideMin = 4
    /// Of a face of less contrast, in steps of brightness, nothing is told.
    private static let contrastMin = 4.0

    /// Nil where a region is too small, or not wholly in both pictures.
    package static func measure(
        _ regions: FacePath.Regions,
        from before: Picture,
        to after: Picture
    ) -> Double? {
        guard before.width == after.width, before.height == after.height,
            let mouth = change(regions.mouth, before, after), let brow = change(regions.brow, before, after)
        else { return nil }
        let contrast = (mouth.contrast + brow.contrast) / 2
        guard contrast >= contrastMin else { return nil }
        return max(0, mouth.change - brow.change) / contrast
    }

    /// Mean change of brightness from which the change of the region's light as a whole is taken, and mean distance
    /// of brightness from its mean.
    private static func change(
        _ rect: Rect,
        _ before: Picture,
        _ after: Picture
    ) -> (change: Double, contrast: Double)? {
        let frame = Rect(x: 0, y: 0, width: before.width, height: before.height)
        guard rect.width >= sideMin, rect.height >= sideMin, frame.contains(rect) else { return nil }
        var (differences, values): ([Int], [Int]) = ([], [])
        differences.reserveCapacity(rect.area)
        values.reserveCapacity(rect.area)
        for y in rect.y..<rect.bottom {
            for x in rect.x..<rect.right {
                let now = Int(after.bytes[y * after.stride + x * after.step + after.offset])
                let then = Int(before.bytes[y * before.stride + x * before.step + before.offset])
                differences.append(now - then)
                values.append(now)
            }
        }
        return (meanDistance(differences), meanDistance(values))
    }

    private static func meanDistance(_ values: [Int]) -> Double {
        let count = Double(values.count)
        let mean = Double(values.reduce(0, +)) / count
        return values.reduce(0) { $0 + abs(Double($1) - mean) } / count
    }
}
