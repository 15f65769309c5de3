import Artifacts
import Contracts
import Logging
import OutboundHTTP
import Store

/// Fetches the source that a run links to and makes it the run's asset.
struct SourceFetcher: Sendable {
    let context: RuntimeContext

    /// False when the job was taken by another process meanwhile.
    func fetch(for claimed: ClaimedJob, logger: Logger) async throws -> Bool {
        guard let url = claimed.run.sourceURL else {
            throw Problem(
                .artifactMissing,
                detail: "The run has neither an asset nor a URL.",
                retryable: false
            )
        }
        let tenantId = claimed.run.tenantId
        let file = try await context.artifacts.stagingFile()
        let downloaded = try await download(url, to: file.path)
        try check(downloaded)
        let writer = try await context.artifacts.adopt(file, bytesMax: context.configuration.sourceBytesMax)
        let content = try await writer.seal()
        guard let location = ArtifactLocation(tenantId: tenantId, assetSha256: content.sha256) else {
            throw Problem(.internalError, detail: "The source has no place in the artifact store.")
        }
        try await writer.publish(to: location)
        let asset = try await context.store.insertAsset(
            tenantId: tenantId,
            sha256: content.sha256,
            sizeBytes: content.sizeBytes,
            location: location.path
        )
        logger.info("source fetched", metadata: ["asset": "\(asset.id)", "bytes": "\(content.sizeBytes)"])
        return try await context.store.attachSource(
            runId: claimed.run.id,
            lease: claimed.lease,
            assetId: asset.id
        )
    }

    private func download(_ url: String, to path: String) async throws -> DownloadedFile {
        var request = HTTPRequest(url: url)
        request.headers = [(name: "accept", value: "*/*"), (name: "user-agent", value: "Reelgate")]
        var timeouts = TransferTimeouts.streaming
        timeouts.totalMilliseconds = context.configuration.sourceDownloadMsMax
        timeouts.speedBytesPerSecondMin = context.configuration.sourceBytesPerSecondMin
        request.timeouts = timeouts
        do throws(TransferError) {
            return try await context.sources.download(
                request,
                to: path,
                bytesMax: context.configuration.sourceBytesMax
            )
        } catch {
            throw problem(error)
        }
    }

    private func check(_ file: DownloadedFile) throws(Problem) {
        switch file.status {
        case 200:
            guard file.sizeBytes > 0 else {
                throw Problem(.sourceEmpty, detail: "The source's URL answers with an empty file.")
            }
        case 300..<400:
            throw Problem(
                .sourceRedirects,
                detail: "The source's URL redirects (status \(file.status)), and redirects are not followed. "
                    + "Post the run with the address that it leads to."
            )
        case 408, 425, 429, 500...:
            throw Problem(
                .sourceUnreachable,
                detail: "The source's server answered with status \(file.status)."
            )
        default:
            throw Problem(
                .sourceRefused,
                detail: "The source's server answered with status \(file.status). The URL must give the file "
                    + "itself to anybody who asks, without a login."
            )
        }
    }

    private func problem(_ error: TransferError) -> any Error {
        switch error.code {
        case .cancelled: CancellationError()
        case .blockedURL, .blockedAddress, .invalidRequest:
            Problem(
                .sourceAddressBlocked,
                detail: "The source's address is not allowed: \(error.description)."
            )
        case .tooLarge: Problem(.sourceTooLarge, detail: "The source is too large: \(error.description).")
        case .fileFailed, .closed:
            Problem(.internalError, detail: "The source could not be stored: \(error.description).")
        case .resolveFailed, .connectFailed, .tlsFailed, .timeoutConnect, .timeoutTotal, .timeoutStalled,
            .connectionLost, .protocolViolation:
            Problem(.sourceUnreachable, detail: "The source cannot be reached: \(error.description).")
        }
    }
}
