/// A source brought into the one form that all later stages read.
package struct NormalizedMedia: Sendable, Equatable {
    /// Whether the pictures were copied without loss.
    package var videoWasCopied: Bool
    /// Whether the sound was copied without loss.
    package var audioWasCopied: Bool
    /// Why what was not copied had to be encoded again.
    package var reasons: [String]
    /// What a user should know, such as a source that is cut short.
    package var warnings: [String]
    /// What was really read and written, in milliseconds.
    package var measuredDurationMs: Int
    package var probe: ProbedMedia

    package var wasRemuxed: Bool { videoWasCopied && audioWasCopied }
}
