/// A stretch of a shot in which one person speaks.
package struct SpokenStretch: Sendable, Hashable {
    package var startMs: Int
    package var endMs: Int
    /// Nil where nobody knows who speaks, or several do by turns too short to follow.
    package var trackID: Int?

    package init(startMs: Int, endMs: Int, trackID: Int?) {
        self.startMs = startMs
        self.endMs = endMs
        self.trackID = trackID
    }

    package var lengthMs: Int { endMs - startMs }
}
