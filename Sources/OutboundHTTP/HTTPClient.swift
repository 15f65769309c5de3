/// An HTTP client for requests to places that others name.
///
/// It follows no redirect, uses no proxy, keeps no cookie and undoes no content coding. Each client has its own
/// thread and connections, so clients with different policies never share a connection. Files are read and written
/// on that thread: give large transfers a client of their own where short ones must not wait.
package final class HTTPClient: Sendable {
    private let gate: AddressGate
    private let driver: TransferDriver

    package var policy: AddressPolicy { gate.policy }

    /// Starts the client's thread.
    ///
    /// `certificatesPath` names a file of trusted certificates in place of the system's.
    package convenience init(
        policy: AddressPolicy,
        limits: ClientLimits = ClientLimits(),
        certificatesPath: String? = nil
    ) {
        self.init(
            gate: AddressGate(policy: policy),
            resolver: .system,
            limits: limits,
            certificatesPath: certificatesPath
        )
    }

    /// For tests, which have name servers of their own.
    init(
        gate: AddressGate,
        resolver: NameResolver,
        limits: ClientLimits = ClientLimits(),
        certificatesPath: String? = nil
    ) {
        self.gate = gate
        driver = TransferDriver(
            limits: limits,
            certificatesPath: certificatesPath,
            gate: gate,
            resolver: resolver
        )
    }

    deinit { driver.shutdown() }

    /// Sends a request and returns its answer, whatever the status.
    package func send(_ request: HTTPRequest) async throws(TransferError) -> HTTPResponse {
        let outcome = try await perform(request, timeouts: request.timeouts ?? .exchange)
        return Self.response(outcome)
    }

    /// Writes the answer into a file, up to `bytesMax` bytes of it.
    ///
    /// With `isAppending` a partial file is continued when the answer is a 206 that begins at its end (the caller
    /// asks for that with a `Range` header); any other success replaces it. After a failure the partial file stays.
    /// `onBytes` gets the size so far and the expected size, on the client's thread.
    package func download(
        _ request: HTTPRequest,
        to path: String,
        bytesMax: Int64,
        isAppending: Bool = false,
        onBytes: (@Sendable (Int64, Int64?) -> Void)? = nil
    ) async throws(TransferError) -> DownloadedFile {
        var request = request
        request.limits.excess = .truncate
        let outcome = try await perform(request, timeouts: request.timeouts ?? .streaming) {
            DownloadTarget(path: path, bytesMax: bytesMax, isAppending: isAppending, onBytes: onBytes)
        }
        return DownloadedFile(
            status: outcome.status,
            headers: outcome.headers,
            sizeBytes: outcome.fileBytes,
            errorBody: outcome.body,
            timing: outcome.timing
        )
    }

    /// Sends a file, or the `range` of its bytes, as the body of a request and returns its answer.
    package func upload(
        file path: String,
        range: Range<Int64>? = nil,
        request: HTTPRequest
    ) async throws(TransferError) -> HTTPResponse {
        let timeouts = request.timeouts ?? .streaming
        let source = UploadSource(path: path, range: range)
        return Self.response(try await perform(request, timeouts: timeouts, upload: source))
    }

    /// Ends the client's thread; requests that have no answer yet fail with `closed`.
    package func shutdown() { driver.shutdown() }

    private func perform(
        _ request: HTTPRequest,
        timeouts: TransferTimeouts,
        upload: UploadSource? = nil,
        download: () -> DownloadTarget? = { nil }
    ) async throws(TransferError) -> TransferOutcome {
        let target: URLParts
        do throws(AddressPolicyError) {
            target = try gate.policy.target(of: request.url)
        } catch {
            throw TransferError(.blockedURL, error.description)
        }
        let transfer = Transfer(
            request: request,
            timeouts: timeouts,
            target: target,
            gate: gate,
            download: download(),
            uploadSource: upload
        )
        let driver = driver
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                transfer.completion = { continuation.resume(returning: $0) }
                driver.submit(transfer)
            }
        } onCancel: {
            driver.cancel(transfer)
        }
        return try result.get()
    }

    private static func response(_ outcome: TransferOutcome) -> HTTPResponse {
        HTTPResponse(
            status: outcome.status,
            headers: outcome.headers,
            body: outcome.body,
            isTruncated: outcome.isTruncated,
            isBodySlow: outcome.isBodySlow,
            resends: outcome.resends,
            timing: outcome.timing
        )
    }
}
