import Contracts
import Pipeline
import Signatures

/// The SHA-256 of all that the renditions of one short depend on.
enum RenderFingerprint {
    /// `inputs` are the files that the render reads; `identity` is who renders, with the version of what does it.
    ///
    /// Left out is what no picture and no sound depends on: the clip's number within its run, its title beside the
    /// one that is shown, its place in the source, and the words of warnings.
    static func make(
        _ short: Composition.Short,
        inputs: [ProviderTask.Input],
        identity: String
    ) throws -> String {
        var payload = short
        payload.clip = ""
        payload.title = ""
        payload.sourceRangesMs = []
        payload.warnings = []
        let codes = Set(short.warnings.map(\.code)).sorted()
        let files = inputs.map { input in
            (ArtifactName(parsing: input.name)?.clip == nil ? input.name : "clip", input.sha256)
        }
        let contract = ContractFingerprint(
            stage: .render,
            contractVersion: Workflow.shortsV1.definition(of: .render)?.contractVersion ?? 1,
            inputs: Dictionary(files, uniquingKeysWith: { first, _ in first }),
            options: [
                "short": String(decoding: try WireJSON.encode(payload), as: UTF8.self),
                "warnings": codes.joined(separator: ","),
            ],
            provider: identity
        )
        return SHA256Digest.hex(Array(contract.canonicalText.utf8))
    }
}
