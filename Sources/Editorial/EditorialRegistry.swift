package import Contracts

/// The editorial models of one gateway, by name.
package struct EditorialRegistry: Sendable {
    /// The model that is part of the gateway.
    package static let embedded = "embedded"

    private let models: [String: any EditorialModel]
    /// The names of those that ask somebody else, and so take their time.
    package let hosted: Set<String>
    /// Plans for runs that name none.
    package let standard: String

    /// The embedded scorer is always among them.
    package init(hosted: [String: any EditorialModel] = [:], standard: String = embedded) {
        models = hosted.merging([Self.embedded: DeterministicScorer()]) { model, _ in model }
        self.hosted = Set(hosted.keys)
        self.standard = standard
    }

    package var names: Set<String> { Set(models.keys) }

    /// The model that a run chose, or the standard.
    package func model(named name: String?) throws(Problem) -> any EditorialModel {
        guard let model = models[name ?? standard] else {
            throw Problem(
                .unknownProvider,
                detail: "No editorial model '\(name ?? standard)' is set up here; known: "
                    + names.sorted().joined(separator: ", ") + "."
            )
        }
        return model
    }
}
