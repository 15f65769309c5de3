/// What a service may leave out of a short, where the operator says that it may: else the short is refused.
package enum RenderConcession: String, Sendable, Hashable, CaseIterable {
    /// Sound that should be raised is left as loud as it is.
    case gain
    /// Emphasised words look like the others before they are spoken.
    case emphasis
    /// Of two faces that should be stacked one is shown, and not both in the whole picture.
    case stack
    /// Pages of captions come at once, where the style lets them spring in.
    case animation
    /// No progress bar, lower third and music.
    case branding
}
