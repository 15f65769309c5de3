/// Artifact `clip-media`: a piece of the source around one moment, copied without re-encoding.
package struct ClipMedia: Codable, Sendable, Hashable {
    package var version = 1
    package var clip: String
    /// The moment in source time.
    package var sourceStartMs: Int
    package var sourceEndMs: Int
    /// The moment starts here in the file; before it lies the way from the last key frame.
    package var leadMs: Int
    /// Length of the moment, not of the file.
    package var durationMs: Int
    package var width: Int
    package var height: Int
    package var fpsNum: Int
    package var fpsDen: Int

    package init(
        clip: String,
        sourceStartMs: Int,
        sourceEndMs: Int,
        leadMs: Int,
        durationMs: Int,
        width: Int,
        height: Int,
        fpsNum: Int,
        fpsDen: Int
    ) {
        self.clip = clip
        self.sourceStartMs = sourceStartMs
        self.sourceEndMs = sourceEndMs
        self.leadMs = leadMs
        self.durationMs = durationMs
        self.width = width
        self.height = height
        self.fpsNum = fpsNum
        self.fpsDen = fpsDen
    }
}
