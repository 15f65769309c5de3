import Contracts
import Foundation
import OutboundHTTP

/// Fetches inputs, sends results and reports.
///
/// The gateway's own address may be a private one. All else that a task names must be public, so that a task cannot
/// make the worker talk to its neighbours.
final class Transfers: Sendable {
    private static let answerBytesMax = 64 << 10

    /// `http://host:port/`, or nil when only public places may be called.
    private let gatewayPrefix: String?
    private let gatewayClient: HTTPClient
    private let publicClient: HTTPClient
    let retries: RetryDelays

    init(gateway: String?, retries: RetryDelays) {
        gatewayPrefix = gateway.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
        gatewayClient = HTTPClient(policy: .allowPrivateNetworks)
        publicClient = HTTPClient(policy: .publicOnly)
        self.retries = retries
    }

    /// Writes an input into `path`; a lost connection is continued where it broke off.
    func download(_ input: ProviderTask.Input, to path: String) async throws {
        var partBytes: Int64 = 0
        try await retrying {
            var request = HTTPRequest(url: input.url)
            request.limits.keptBytesMax = Self.answerBytesMax
            if partBytes > 0 { request.headers = [("range", "bytes=\(partBytes)-")] }
            let file: DownloadedFile
            do {
                file = try await self.client(for: input.url).download(
                    request,
                    to: path,
                    bytesMax: input.sizeBytes,
                    isAppending: partBytes > 0
                )
            } catch {
                partBytes = Self.size(of: path)
                throw error
            }
            guard file.isFile else {
                partBytes = 0
                throw Self.refusal(file.status, of: input.name)
            }
        }
    }

    /// Sends a file to its place below the task's upload URL.
    func upload(_ name: ArtifactName, file path: String, digest: FileDigest, to url: String) async throws {
        let url = "\(url)/\(name)"
        try await retrying {
            var request = HTTPRequest(method: "PUT", url: url)
            request.headers = [("content-type", name.mediaType), ("x-content-sha256", digest.sha256)]
            let answer = try await self.client(for: url).upload(file: path, request: request)
            switch answer.status {
            case 200...299: return
            case 404, 409, 410:
                throw Problem(
                    .conflict,
                    detail: "the gateway no longer takes results of this task",
                    retryable: false
                )
            case 413:
                throw Problem(
                    .stageFailed,
                    detail: "'\(name)' is too large for the gateway",
                    retryable: false
                )
            default:
                throw Problem(
                    .stageFailed,
                    detail: "the gateway answered \(answer.status) to the upload of '\(name)'",
                    retryable: Self.isPassing(answer.status)
                )
            }
        }
    }

    /// Sends one request with a body and returns its status.
    func post(_ url: String, headers: [(name: String, value: String)], body: Data) async throws -> Int {
        var request = HTTPRequest(method: "POST", url: url, headers: headers, body: [UInt8](body))
        request.limits.keptBytesMax = Self.answerBytesMax
        request.limits.excess = .truncate
        return try await client(for: url).send(request).status
    }

    func shutdown() {
        gatewayClient.shutdown()
        publicClient.shutdown()
    }

    private func client(for url: String) -> HTTPClient {
        // With its slash the prefix holds the whole authority, so no other host can begin with it.
        guard let gatewayPrefix, url.hasPrefix(gatewayPrefix) else { return publicClient }
        return gatewayClient
    }

    private func retrying(_ body: () async throws -> Void) async throws {
        for delayMs in retries.delaysMs {
            do {
                return try await body()
            } catch let error as TransferError where error.isRetryable {
                try await Task.sleep(for: .milliseconds(delayMs))
            } catch let problem as Problem where problem.retryable == true {
                try await Task.sleep(for: .milliseconds(delayMs))
            }
        }
        try await body()
    }

    private static func refusal(_ status: Int, of name: String) -> Problem {
        switch status {
        case 401, 403:
            Problem(.linkExpired, detail: "the link of '\(name)' is not good any more", retryable: true)
        case 404, 410: Problem(.artifactMissing, detail: "'\(name)' is not where its link points to")
        default:
            Problem(
                .artifactMissing,
                detail: "the answer for '\(name)' was \(status)",
                retryable: isPassing(status)
            )
        }
    }

    private static func isPassing(_ status: Int) -> Bool { status == 408 || status == 429 || status >= 500 }

    private static func size(of path: String) -> Int64 {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        return (attributes?[.size] as? NSNumber)?.int64Value ?? 0
    }
}
