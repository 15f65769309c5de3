import Contracts
import Foundation
import OutboundHTTP
import Providers
import Signatures

/// Streams a file that a provider rendered to disk: under the address policy of strangers' URLs, within byte and time
/// limits.
struct RenditionDownload {
    let context: RuntimeContext
    let provider: String

    /// Returns the size of the file; throws `ResultAway` where there is none to be had.
    func fetch(_ file: RenderedFile, to path: String) async throws -> Int64 {
        var request = HTTPRequest(url: file.url)
        request.headers = [(name: "accept", value: "*/*"), (name: "user-agent", value: "Reelgate")]
        request.headers += file.headers.map { ($0.name, $0.value.reveal()) }
        var timeouts = TransferTimeouts.streaming
        timeouts.totalMilliseconds = context.configuration.renditionDownloadMsMax
        request.timeouts = timeouts
        let downloaded: DownloadedFile
        do throws(TransferError) {
            downloaded = try await context.sources.download(
                request,
                to: path,
                bytesMax: context.configuration.renditionBytesMax
            )
        } catch {
            throw problem(error)
        }
        switch downloaded.status {
        case 200 where downloaded.sizeBytes > 0: return downloaded.sizeBytes
        case 200:
            throw Problem(
                .artifactInvalid,
                detail: "Provider '\(provider)' gave an empty file.",
                retryable: true
            )
        default:
            let status = downloaded.status
            throw away("status \(status)", isLasting: status < 500 && ![408, 425, 429].contains(status))
        }
    }

    private func away(_ reason: String, isLasting: Bool = false) -> ResultAway {
        ResultAway(
            problem: Problem(
                .providerUnreachable,
                detail: "The file of provider '\(provider)' cannot be fetched: \(reason).",
                retryable: true
            ),
            isLasting: isLasting
        )
    }

    private func problem(_ error: TransferError) -> any Error {
        switch error.code {
        case .cancelled: CancellationError()
        case .blockedURL, .blockedAddress, .invalidRequest:
            Problem(
                .providerRefused,
                detail: "The file of provider '\(provider)' is at an address that is not allowed: "
                    + "\(error.description).",
                retryable: false
            )
        case .tooLarge:
            Problem(
                .artifactInvalid,
                detail: "The file of provider '\(provider)' is too large: \(error.description).",
                retryable: false
            )
        case .fileFailed, .closed:
            Problem(.internalError, detail: "A rendition could not be stored: \(error.description).")
        default:
            away(error.description)
        }
    }
}
