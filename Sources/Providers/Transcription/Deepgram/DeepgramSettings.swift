package import Signatures

/// What a project at Deepgram is used with.
package struct DeepgramSettings: Sendable, Hashable {
    /// How a transcript gets here.
    package enum Delivery: String, Sendable, Hashable, CaseIterable {
        /// By a callback with the whole transcript.
        case callback
        /// In the answer to the request, which takes as long as the work: where no callback can come in.
        case answer
    }

    package var key: Secret
    /// Without a slash at the end.
    package var baseURL: String
    package var model: String
    package var labelsSpeakers: Bool
    package var delivery: Delivery
    /// With it, and a key that may read the project, the state of a request can be asked for.
    package var projectId: String?

    package init(
        key: Secret,
        baseURL: String = "https://api.deepgram.com",
        model: String = "nova-3",
        labelsSpeakers: Bool = true,
        delivery: Delivery = .callback,
        projectId: String? = nil
    ) {
        self.key = key
        self.baseURL = baseURL
        self.model = model
        self.labelsSpeakers = labelsSpeakers
        self.delivery = delivery
        self.projectId = projectId
    }
}
