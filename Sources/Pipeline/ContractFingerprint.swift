/// Everything that a stage's result depends on, as one canonical text to be hashed with SHA-256.
///
/// Two runs of one tenant with equal fingerprints of a stage share its artifacts.
package struct ContractFingerprint: Sendable, Hashable {
    package let stage: Stage
    package let contractVersion: Int
    /// Artifact name to SHA-256 hex of what the stage reads.
    package let inputs: [String: String]
    /// Option or style field to its canonical JSON.
    package let options: [String: String]
    /// Provider and model that do the work.
    package let provider: String

    package init(
        stage: Stage,
        contractVersion: Int,
        inputs: [String: String],
        options: [String: String],
        provider: String
    ) {
        self.stage = stage
        self.contractVersion = contractVersion
        self.inputs = inputs
        self.options = options
        self.provider = provider
    }

    /// Lines of `field=value`, each value length-prefixed so that no two inputs give one text.
    package var canonicalText: String {
        var lines = [
            "stage=\(framed(stage.rawValue))", "version=\(contractVersion)", "provider=\(framed(provider))",
        ]
        for (name, digest) in inputs.sorted(by: { $0.key < $1.key }) {
            lines.append("input=\(framed(name))\(framed(digest))")
        }
        for (name, value) in options.sorted(by: { $0.key < $1.key }) {
            lines.append("option=\(framed(name))\(framed(value))")
        }
        return lines.joined(separator: "\n")
    }

    private func framed(_ text: String) -> String { "\(text.utf8.count):\(text)" }
}
