/// A moment as a person wants it; the desk fills in what follows from the source.
package struct MomentSketch: Sendable, Hashable {
    /// Where it stands in the request: `/plan/moments/3`.
    package var pointer: String
    /// The moment of the plan that this is, or a name for a new one; nil takes a free name.
    package var clip: String?
    package var rank: Int?
    package var startMs: Int
    package var endMs: Int
    package var title: String?
    package var hook: String?
    package var description: String?
    package var hashtags: [String]?
    package var reason: String?

    package init(
        pointer: String,
        clip: String? = nil,
        rank: Int? = nil,
        startMs: Int,
        endMs: Int,
        title: String? = nil,
        hook: String? = nil,
        description: String? = nil,
        hashtags: [String]? = nil,
        reason: String? = nil
    ) {
        self.pointer = pointer
        self.clip = clip
        self.rank = rank
        self.startMs = startMs
        self.endMs = endMs
        self.title = title
        self.hook = hook
        self.description = description
        self.hashtags = hashtags
        self.reason = reason
    }
}
