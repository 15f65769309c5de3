/// How one stretch of the source is shown in one aspect ratio: what does not move until `endMs`.
package struct ShotCrop: Sendable, Hashable {
    package enum Layout: Sendable, Hashable {
        /// `rect` fills the picture.
        case crop
        /// The whole source over a blurred copy of itself suits better.
        case fit
        /// Two parts of the source suit better, one above the other.
        case stacked(top: Rect, bottom: Rect)
    }

    package enum Note: Sendable, Hashable, CustomStringConvertible {
        /// No face was found, so the whole picture is shown.
        case noFace
        /// The face moves more than the crop is wide, so the crop jumps after it.
        case faceMoves
        /// The face is larger than the crop, which is centred on it.
        case faceLargerThanCrop

        package var description: String {
            switch self {
            case .noFace: "no face was found, the whole picture is shown over a blurred copy"
            case .faceMoves: "the face moves more than the crop is wide, so the crop jumps after it"
            case .faceLargerThanCrop: "the face is larger than the crop"
            }
        }
    }

    package let startMs: Int
    package let endMs: Int
    package let layout: Layout
    /// Where to crop, given for all layouts.
    package let rect: Rect
    /// The tracks that are shown wholly.
    package let trackIDs: [Int]
    package let notes: [Note]

    package init(
        startMs: Int,
        endMs: Int,
        layout: Layout,
        rect: Rect,
        trackIDs: [Int] = [],
        notes: [Note] = []
    ) {
        self.startMs = startMs
        self.endMs = endMs
        self.layout = layout
        self.rect = rect
        self.trackIDs = trackIDs
        self.notes = notes
    }
}
