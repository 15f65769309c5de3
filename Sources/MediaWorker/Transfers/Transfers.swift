import Contracts
import Foundation
import OutboundHTTP

/// Fetches inputs, sends results and reports.
///
/// The gateway may have a private address: a signed task tells it in its callback URL. All else that a task names must
/// be public, so that no input can make the worker talk to its neighbours.
final class Transfers: Sendable {
    private static let answerBytesMax = 64 << 10

    /// `http://host:port/` of a gateway that is known before the first task.
    private let gatewayOrigin: String?
    private let gatewayClient: HTTPClient
    private let publicClient: HTTPClient
    let retries: RetryDelays

    init(gateway: String?, retries: RetryDelays) {
        gatewayOrigin = gateway.map { $0.hasSuffix("/") ? $0 : $0 + "/" }
        gatewayClient = HTTPClient(policy: .allowPrivateNetworks)
        publicClient = HTTPClient(policy: .publicOnly)
        self.retries = retries
    }

    /// Writes an input into `path`; a lost connection is continued where it broke off.
    func download(_ input: ProviderTask.Input, of task: ProviderTask, to path: String) async throws {
        var partBytes: Int64 = 0
        try await retrying {
            var request = HTTPRequest(url: input.url)
            request.limits.keptBytesMax = Self.answerBytesMax
            if partBytes > 0 { request.headers = [("range", "bytes=\(partBytes)-")] }
            let file: DownloadedFile
            do {
                file = try await self.client(for: input.url, of: task).download(
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
    func upload(
        _ name: ArtifactName,
        file path: String,
        digest: FileDigest,
        of task: ProviderTask
    ) async throws {
        let url = "\(task.uploadUrl)/\(name)"
        try await retrying {
            var request = HTTPRequest(method: "PUT", url: url, timeouts: .handingIn)
            request.headers = [("content-type", name.mediaType), ("x-content-sha256", digest.sha256)]
            let answer = try await self.client(for: url, of: task).upload(file: path, request: request)
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

    /// Sends a body to the task's callback URL and returns the status of the answer.
    func callBack(
        _ task: ProviderTask,
        headers: [(name: String, value: String)],
        body: Data
    ) async throws -> Int {
        var request = HTTPRequest(
            method: "POST",
            url: task.callbackUrl,
            headers: headers,
            body: [UInt8](body)
        )
        request.limits.keptBytesMax = Self.answerBytesMax
        request.limits.excess = .truncate
        return try await client(for: task.callbackUrl, of: task).send(request).status
    }

    func shutdown() {
        gatewayClient.shutdown()
        publicClient.shutdown()
    }

    private func client(for url: String, of task: ProviderTask) -> HTTPClient {
        let origins = [gatewayOrigin, Self.origin(of: task.callbackUrl)].compactMap(\.self)
        return origins.contains(where: url.hasPrefix) ? gatewayClient : publicClient
    }

    /// The URL up to the slash behind its authority, so that no other host can begin with it.
    static func origin(of url: String) -> String? {
        guard let scheme = url.range(of: "://"),
            let end = url[scheme.upperBound...].firstIndex(where: { "/?#\\".contains($0) }),
            url[end] == "/"
        else { return nil }
        return String(url[...end])
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
