package import Contracts

/// What an editorial model decides over.
package struct EditorialRequest: Sendable {
    package var transcript: Transcript
    package var segments: Segments
    package var options: ShortsOptions

    package init(transcript: Transcript, segments: Segments, options: ShortsOptions) {
        self.transcript = transcript
        self.segments = segments
        self.options = options
    }
}
