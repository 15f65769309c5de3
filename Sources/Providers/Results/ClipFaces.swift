/// Faces that were seen in one clip.
package struct ClipFaces: Sendable, Hashable {
    package var clip: String
    package var tracks: [SeenFace]

    package init(clip: String, tracks: [SeenFace]) {
        self.clip = clip
        self.tracks = tracks
    }
}

/// One face on its way through a clip, in the order of time.
package struct SeenFace: Sendable, Hashable {
    package var id: String
    package var sightings: [FaceSighting]

    package init(id: String, sightings: [FaceSighting]) {
        self.id = id
        self.sightings = sightings
    }
}

/// Where a face was at one moment of the clip; sizes are shares of the picture, 0 to 1.
package struct FaceSighting: Sendable, Hashable {
    package var tMs: Int
    /// Of the left edge.
    package var x: Double
    /// Of the upper edge.
    package var y: Double
    package var width: Double
    package var height: Double
    /// How sure the provider is, 0 to 1.
    package var score: Double
    /// How far the mouth is open, 0 to 1, where the provider says so.
    package var mouthOpen: Double?

    package init(
        tMs: Int,
        x: Double,
        y: Double,
        width: Double,
        height: Double,
        score: Double,
        mouthOpen: Double? = nil
    ) {
        self.tMs = tMs
        self.x = x
        self.y = y
        self.width = width
        self.height = height
        self.score = score
        self.mouthOpen = mouthOpen
    }
}
