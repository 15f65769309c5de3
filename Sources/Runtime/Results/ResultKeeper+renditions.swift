import Artifacts
import Contracts
import Foundation
import OutboundHTTP
import Pipeline
import Providers
import Store

extension ResultKeeper {
    /// Fetches the files of a short and says of each what its headers say.
    func keep(
        _ files: [RenderedFile]
    ) async throws -> (artifacts: [TaskReport.Artifact], warnings: [Warning]) {
        guard let output = subject.output else {
            throw Problem(.internalError, detail: "The render task has no short.", retryable: false)
        }
        var kept: [TaskReport.Artifact] = []
        var checks: [QualityReport.Check] = []
        for ratio in StageReads.ratios(of: subject.run) {
            guard let file = files.first(where: { $0.aspectRatio == ratio }) else {
                throw Problem(
                    .renderFailed,
                    detail: "Provider '\(subject.task.provider)' made no \(ratio.rawValue) file.",
                    retryable: true
                )
            }
            let (media, header) = try await fetch(file, of: output)
            kept.append(media)
            let rendition = Rendition(
                clip: output.clip,
                aspectRatio: ratio,
                width: header.width,
                height: header.height,
                durationMs: header.durationMs,
                fpsNum: header.fpsNum,
                fpsDen: header.fpsDen,
                videoCodec: header.videoCodec,
                audioCodec: header.audioCodec ?? "none"
            )
            kept.append(
                try await write(rendition, .rendition(output.clip, ratio, fileExtension: "json"))
            )
            checks += RenditionHeaderChecks(header: header, ratio: ratio, details: output.details).checks
        }
        kept.append(
            try await write(QualityReport(clip: output.clip, checks: checks), .clip(.qc, output.clip))
        )
        let unmeasured = Warning(
            code: "renditions-unmeasured",
            detail:
                "Provider '\(subject.task.provider)' rendered this short: size, length and sound track are as its "
                + "files' headers say; loudness, black, frozen and silent stretches were not measured, and there "
                + "are no thumbnails.",
            clip: output.clip
        )
        return (kept, [unmeasured])
    }

    private func fetch(
        _ file: RenderedFile,
        of output: OutputRecord
    ) async throws -> (TaskReport.Artifact, MP4Header) {
        let (context, provider) = (subject.context, subject.task.provider)
        let staged = try await context.artifacts.stagingFile()
        let downloaded = try await RenditionDownload(context: context, provider: provider)
            .fetch(file, to: staged.path)
        if let announced = file.sizeBytes, announced != downloaded {
            throw Problem(
                .artifactInvalid,
                detail: "Provider '\(provider)' announced \(announced) bytes and sent \(downloaded).",
                retryable: true
            )
        }
        guard let header = MP4Header.read(path: staged.path) else {
            throw Problem(
                .artifactInvalid,
                detail: "The \(file.aspectRatio.rawValue) file of provider '\(provider)' is no MP4 file.",
                retryable: true
            )
        }
        let writer = try await context.artifacts.adopt(
            staged,
            bytesMax: context.configuration.renditionBytesMax
        )
        do {
            let name = ArtifactName.rendition(output.clip, file.aspectRatio, fileExtension: "mp4")
            return (try await publish(writer, name), header)
        } catch {
            await writer.discard()
            throw error
        }
    }
}

/// What can be said of a rendition without decoding it.
struct RenditionHeaderChecks {
    private static let durationToleranceMs = 250

    let header: MP4Header
    let ratio: AspectRatio
    let details: ShortDetails

    var checks: [QualityReport.Check] {
        [
            check(
                "size",
                header.width == ratio.width && header.height == ratio.height,
                "\(header.width)x\(header.height); wanted \(ratio.width)x\(ratio.height)"
            ),
            check(
                "duration",
                ArtifactChecks.isNear(
                    header.durationMs,
                    details.durationMs,
                    withinMs: Self.durationToleranceMs
                ),
                "\(header.durationMs) ms; wanted \(details.durationMs) ms within \(Self.durationToleranceMs) ms"
            ),
            check(
                "sound-track",
                header.audioCodec != nil,
                header.audioCodec.map { "'\($0)'; wanted one" } ?? "none; wanted one"
            ),
        ]
    }

    private func check(_ name: String, _ passed: Bool, _ detail: String) -> QualityReport.Check {
        QualityReport.Check(name: name, aspectRatio: ratio, passed: passed, detail: detail)
    }
}
