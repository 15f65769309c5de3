import Contracts
import Pipeline
import Signatures
import Store

/// The SHA-256 of all that a stage's result depends on.
enum StageFingerprint {
    /// `identity` is who does the stage, with the version of what does it.
    static func make(
        _ definition: StageDefinition,
        run: RunRecord,
        artifacts: RunArtifacts,
        identity: String,
        configuration: RuntimeConfiguration
    ) throws -> String {
        var inputs: [String: String] = [:]
        for record in try StageReads.artifacts(of: definition.stage, in: artifacts) {
            inputs[record.name.description] = record.sha256
        }
        if definition.stage == .transcode {
            guard let asset = run.asset else {
                throw Problem(.artifactMissing, detail: "The source is not there.")
            }
            inputs["source"] = asset.sha256
        }
        let contract = ContractFingerprint(
            stage: definition.stage,
            contractVersion: definition.contractVersion,
            inputs: inputs,
            options: try StageReads.options(of: definition.stage, run: run, configuration: configuration),
            provider: identity
        )
        return SHA256Digest.hex(Array(contract.canonicalText.utf8))
    }
}
