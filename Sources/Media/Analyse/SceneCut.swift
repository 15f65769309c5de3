/// A place where the picture changes at once.
package struct SceneCut: Sendable, Equatable {
    /// The time of the first frame after the cut.
    package var atMs: Int
    /// How strong the change is, 0 to 100.
    package var score: Double

    package init(atMs: Int, score: Double) {
        self.atMs = atMs
        self.score = score
    }
}
