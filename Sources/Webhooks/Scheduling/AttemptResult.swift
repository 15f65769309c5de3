/// What an attempt tells of its endpoint.
enum AttemptResult: Sendable, Hashable {
    case accepted
    /// Accepted, but it kept us waiting.
    case acceptedSlowly
    /// It answered, but did not accept.
    case refused
    case unreachable
    case timedOut
    /// We ended it ourselves, which says nothing.
    case abandoned
}
