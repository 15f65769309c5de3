extension CropPlanner {
    /// The place of a crop of `size` for faces seen at `hits`, inside the source or a part of it.
    func place(_ hits: [FaceTrack.Hit], _ size: (width: Int, height: Int), inside part: Rect? = nil) -> Rect {
        let frame = part ?? evenFrame
        guard let faces = extent(hits) else {
            return Rect(
                x: frame.x + (frame.width - size.width) / 2 & ~1,
                y: frame.y + (frame.height - size.height) / 2 & ~1,
                width: size.width,
                height: size.height
            )
        }
        let tallest = hits.map(\.face.box.height).max() ?? 0
        let top = max(frame.y, faces.y - Int((Double(tallest) * headroom).rounded(.up))) & ~1
        let hasHeadroom = faces.bottom - top <= size.height

        let widest = hits.map(\.face.box.width).max() ?? 0
        let room = Int((Double(widest) * margin).rounded(.up))
        let left = max(frame.x, faces.x - room) & ~1
        let right = min(frame.right, faces.right + room + 1) & ~1
        let hasRoom = right - left <= size.width

        let x = offset(
            ideal: faces.centerX - Double(size.width) / 2,
            holding: hasRoom ? (left, max(right, faces.right)) : (faces.x, faces.right),
            side: size.width,
            frame: (frame.x, frame.right)
        )
        let y = offset(
            ideal: faces.centerY - Double(size.height) * faceHeightInCrop,
            holding: (hasHeadroom ? top : faces.y, faces.bottom),
            side: size.height,
            frame: (frame.y, frame.bottom)
        )
        return Rect(x: x, y: y, width: size.width, height: size.height)
    }

    /// Whether one crop of `size` can hold all of `hits`.
    func fits(_ hits: [FaceTrack.Hit], _ size: (width: Int, height: Int)) -> Bool {
        guard let faces = extent(hits) else { return true }
        return faces.width <= size.width && faces.height <= size.height
    }

    /// Whether a crop holds all of a face that is in the picture.
    func holds(_ rect: Rect, _ hit: FaceTrack.Hit) -> Bool {
        let seen = hit.face.box.intersection(evenFrame)
        return seen.area == 0 || rect.contains(seen)
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
    private func offset(
        ideal: Double,
        holding span: (start: Int, end: Int),
        side: Int,
        frame: (start: Int, end: Int)
    ) -> Int {
        var offset = nearestEven(ideal)
        if span.end - span.start <= side {
            offset = min(max(offset, span.end - side), span.start)
        }
        return min(max(offset, frame.start), frame.end - side)
    }
}
