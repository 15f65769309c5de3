/// A piece of a source in a file of its own.
package struct ClipCut: Sendable, Equatable {
    /// The file time that is exactly the source time asked for: what lies before is only there to decode from.
    package var leadMs: Int
    /// From `leadMs` to the end that was asked for, or to the end of the source.
    package var durationMs: Int
    package var probe: ProbedMedia
}
