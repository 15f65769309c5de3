import Artifacts
import Contracts
import Speech
import Store

/// Keeps what a client brought with a run until the stage that needs it comes.
struct ProvidedKeeper: Sendable {
    let store: Store
    let artifacts: any ArtifactStore

    /// Notes an asset that cannot be the transcript.
    func check(_ request: RunRequest?, tenantId: String, findings: inout Findings) async throws {
        guard let assetId = request?.transcript?.assetId, ResourceID.isValid(assetId, .asset) else { return }
        guard let asset = try await store.asset(tenantId: tenantId, id: assetId) else {
            findings.add("/transcript/asset_id", "there is no asset with this id")
            return
        }
        if asset.sizeBytes > Int64(TranscriptIntake.fileBytesMax) {
            findings.add(
                "/transcript/asset_id",
                "has \(asset.sizeBytes) bytes; a transcript may have \(TranscriptIntake.fileBytesMax)"
            )
        }
    }

    /// What the run is kept with; nil when the client brought nothing.
    func keep(_ request: RunRequest, tenantId: String) async throws -> ProvidedInput? {
        var file: ProvidedInput.TranscriptFile?
        if let source = request.transcript { file = try await keep(source, tenantId: tenantId) }
        guard file != nil || request.moments != nil else { return nil }
        return ProvidedInput(transcript: file, moments: request.moments)
    }

    private func keep(
        _ source: RunRequest.TranscriptSource,
        tenantId: String
    ) async throws -> ProvidedInput.TranscriptFile {
        var asset: AssetRecord?
        if let assetId = source.assetId {
            asset = try await store.asset(tenantId: tenantId, id: assetId)
        } else if let transcript = source.transcript {
            asset = try await write(transcript, tenantId: tenantId)
        }
        guard let asset else {
            throw Problem(.invalidRequest, detail: "/transcript/asset_id: there is no asset with this id")
        }
        return ProvidedInput.TranscriptFile(
            assetId: asset.id,
            sha256: asset.sha256,
            sizeBytes: asset.sizeBytes,
            location: asset.location
        )
    }

    /// Written before the run is: a run never names a file that is not there.
    private func write(_ transcript: ProvidedTranscript, tenantId: String) async throws -> AssetRecord {
        let bytes = [UInt8](try WireJSON.encode(transcript))
        let writer = try await artifacts.beginWrite(bytesMax: Int64(bytes.count))
        do {
            try await writer.append(bytes)
            let content = try await writer.seal()
            guard let location = ArtifactLocation(tenantId: tenantId, assetSha256: content.sha256) else {
                throw Problem.internalError
            }
            try await writer.publish(to: location)
            return try await store.insertAsset(
                tenantId: tenantId,
                sha256: content.sha256,
                sizeBytes: content.sizeBytes,
                location: location.path
            )
        } catch {
            await writer.discard()
            throw error
        }
    }
}
