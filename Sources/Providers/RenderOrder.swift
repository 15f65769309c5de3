import Contracts
import Foundation

/// What a render hook is told of a short: `POST {url}/v1/renders`.
struct RenderOrder: Codable, Sendable {
    var outputId: String
    /// Callbacks may go here; `/v1/callbacks/render-hook` of the gateway takes them as well.
    var callbackUrl: String
    var deadline: Date
    var short: Composition.Short
    /// What the short is made of, by signed links.
    var inputs: [ProviderTask.Input]
}
