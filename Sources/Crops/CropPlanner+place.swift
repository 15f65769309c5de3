extension CropPlanner {
    /// The place of a crop of `size` for faces seen at `hits`.
    func place(_ hits: [FaceTrack.Hit], _ size: (width: Int, height: Int)) -> Rect {
        let frame = evenFrame
        guard let faces = extent(hits) else {
            return Rect(
                x: (frame.width - size.width) / 2 & ~1,
                y: (frame.height - size.height) / 2 & ~1,
                width: size.width,
                height: size.height
            )
        }
        let tallest = hits.map(\.face.box.height).max() ?? 0
        let roomAbove = Int((Double(tallest) * headroom).rounded(.up))
        var withRoom = faces
        withRoom.y = max(0, faces.y - roomAbove) & ~1
        withRoom.height = faces.bottom - withRoom.y
        let wanted = withRoom.height <= size.height ? withRoom : faces

        let x = offset(
            ideal: faces.centerX - Double(size.width) / 2,
            holding: (faces.x, faces.right),
            side: size.width,
            frameSide: frame.width
        )
        let y = offset(
            ideal: faces.centerY - Double(size.height) * faceHeightInCrop,
            holding: (wanted.y, wanted.bottom),
            side: size.height,
            frameSide: frame.height
        )
        return Rect(x: x, y: y, width: size.width, height: size.height)
    }

    /// Whether one crop of `size` can hold all of `hits`.
    func fits(_ hits: [FaceTrack.Hit], _ size: (width: Int, height: Int)) -> Bool {
        guard let faces = extent(hits) else { return true }
        return faces.width <= size.width && faces.height <= size.height
    }

    func nearestEven(_ value: Double) -> Int { Int((value / 2).rounded()) * 2 }

    private var evenFrame: Rect { Rect(x: 0, y: 0, width: sourceWidth & ~1, height: sourceHeight & ~1) }

    /// All of the faces in one rectangle inside the source, grown to even pixels.
    private func extent(_ hits: [FaceTrack.Hit]) -> Rect? {
        guard let first = hits.first else { return nil }
        let all = hits.dropFirst().reduce(first.face.box) { $0.union($1.face.box) }.intersection(evenFrame)
        guard all.area > 0 else { return nil }
        let left = all.x & ~1
        let top = all.y & ~1
        return Rect(x: left, y: top, width: (all.right - left + 1) & ~1, height: (all.bottom - top + 1) & ~1)
    }

    /// The even offset nearest to `ideal` that holds the span where it fits, and always lies inside the frame.
    private func offset(ideal: Double, holding span: (start: Int, end: Int), side: Int, frameSide: Int) -> Int
    {
        var offset = nearestEven(ideal)
        if span.end - span.start <= side {
            offset = min(max(offset, span.end - side), span.start)
        }
        return min(max(offset, 0), frameSide - side)
    }
}
