extension CropPlanner {
    /// In half of the samples both have to be in the picture: else the same person could be shown twice.
    private static let togetherShareMin = 0.5
    /// Height of a face in its part of a stacked picture, as a share.
    private static let faceShareInPart = 0.38
    /// A part is not made of less than this share of the picture's height: it would be blurred.
    private static let partHeightShareMin = 0.4

    /// How faces are shown that do not fit into one crop, while nobody knows who speaks.
    func together(
        _ faces: [FaceTrack],
        from startMs: Int,
        to endMs: Int,
        ratio: CropRatio,
        size: (width: Int, height: Int)
    ) -> ShotCrop {
        let layout: ShotCrop.Layout =
            if faces.count == 2, ratio.width <= ratio.height,
                let parts = parts(faces[0], faces[1], ratio: ratio)
            {
                .stacked(top: parts.left, bottom: parts.right)
            } else {
                .fit
            }
        return ShotCrop(
            startMs: startMs,
            endMs: endMs,
            layout: layout,
            rect: place(faces[0].hits, size),
            trackIDs: faces.map(\.id).sorted()
        )
    }

    /// A part of the picture for each of two faces, none of which shows anything of the other face.
    private func parts(
        _ one: FaceTrack,
        _ other: FaceTrack,
        ratio: CropRatio
    ) -> (left: Rect, right: Rect)? {
        let common = Set(one.hits.map(\.timeMs)).intersection(other.hits.map(\.timeMs)).count
        let samples = max(1, one.samplesInShot, other.samplesInShot)
        guard Double(common) >= Double(samples) * Self.togetherShareMin else { return nil }
        let isFirst = one.medianBox.centerX <= other.medianBox.centerX
        let (left, right) = isFirst ? (one, other) : (other, one)
        guard left.extent.right <= right.extent.x else { return nil }
        let seam = min(max((left.extent.right + right.extent.x) / 2, 0), sourceWidth) & ~1
        let shape = CropRatio(width: ratio.width * 2, height: ratio.height)
        guard let leftPart = part(left, shape, fromX: 0, toX: seam),
            let rightPart = part(right, shape, fromX: seam, toX: sourceWidth & ~1)
        else { return nil }
        return (leftPart, rightPart)
    }

    /// A crop of that shape between two columns that holds a face at a good size; nil where it is too large for it.
    private func part(_ track: FaceTrack, _ shape: CropRatio, fromX: Int, toX: Int) -> Rect? {
        guard let largest = cropSize(shape) else { return nil }
        let face = Double(track.medianBox.height)
        let wanted = max(
            face / Self.faceShareInPart,
            Double(sourceHeight) * Self.partHeightShareMin,
            Double(track.extent.height) * (1 + headroom)
        )
        let aspect = Double(shape.width) / Double(shape.height)
        var width = min(nearestEven(wanted * aspect), largest.width)
        var height = min(nearestEven(wanted), largest.height)
        if width > toX - fromX {
            width = toX - fromX
            height = min(nearestEven(Double(width) / aspect), largest.height)
        }
        guard width >= 2, height >= 2, fits(track.hits, (width, height)) else { return nil }
        let column = Rect(x: fromX, y: 0, width: toX - fromX, height: sourceHeight & ~1)
        return place(track.hits, (width, height), inside: column)
    }
}
