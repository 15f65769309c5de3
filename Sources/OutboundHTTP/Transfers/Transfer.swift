import CLibcurl
import Threads

/// One request on its way, with what has come back of it.
@safe
final class Transfer: @unchecked Sendable {
    private struct Stage {
        var isSubmitted = false
        var isCancelled = false
    }

    // `stage` has its lock. All other variables belong to the driver's thread from `submit` on; before
    // that only the caller that makes the transfer sees them.
    let request: HTTPRequest
    let timeouts: TransferTimeouts
    let target: URLParts
    let gate: AddressGate
    let download: DownloadTarget?
    let uploadSource: UploadSource?
    private let stage = Locked(Stage())

    var upload: UploadFile?
    var handle: EasyHandle?
    var headers: HeaderList?
    var pinned: PinnedAddresses?
    var sockets: Sockets?

    /// What its host stands for; none when the URL has an address itself.
    var addresses: [IPAddress] = []
    var startedAt: ContinuousClock.Instant?
    var lookupMilliseconds = 0

    /// Told once, when the final answer's headers have come.
    var onHead: (() -> Void)?
    var completion: (@Sendable (Result<TransferOutcome, TransferError>) -> Void)?

    private(set) var head = ResponseHead()
    private(set) var body = BoundedBody()

    /// Why a callback ended the transfer.
    private(set) var failure: TransferError?
    private(set) var isCut = false
    private(set) var isBodySlow = false
    private var isAddressBlocked = false
    private var requestsCount = 0

    /// A connection that was kept may turn out dead; then the request is sent once more, over a new one.
    private static let resendsMax = 1

    var host: String { target.host }

    init(
        request: HTTPRequest,
        timeouts: TransferTimeouts,
        target: URLParts,
        gate: AddressGate,
        download: DownloadTarget? = nil,
        uploadSource: UploadSource? = nil
    ) {
        self.request = request
        self.timeouts = timeouts
        self.target = target
        self.gate = gate
        self.download = download
        self.uploadSource = uploadSource
    }

    var isCancelled: Bool { stage.withLock { $0.isCancelled } }

    /// Hands the transfer over from the caller's thread to the driver's.
    func submit() { stage.withLock { $0.isSubmitted = true } }

    /// Notes that the caller has lost interest; false when the driver does not have the transfer yet.
    func cancel() -> Bool {
        stage.withLock { stage in
            stage.isCancelled = true
            return stage.isSubmitted
        }
    }

    /// Answers the caller, once.
    func complete(_ result: Result<TransferOutcome, TransferError>) {
        let completion = completion
        self.completion = nil
        completion?(result)
    }

    /// Whether a socket to `address` may be opened; a refusal is remembered as the reason of the failure.
    func allows(_ address: IPAddress?) -> Bool {
        if let address, gate.allows(address) { return true }
        isAddressBlocked = true
        return false
    }

    /// Notes that the request is about to be sent; false ends the transfer.
    func noteRequest() -> Bool {
        requestsCount += 1
        // libcurl repeats what a dead connection ate, also over the next one that it kept: not here.
        handle?.set(CURLOPT_FRESH_CONNECT, 1)
        return resends <= Self.resendsMax
    }

    private var resends: Int { max(0, requestsCount - 1) }

    /// Notes that the body takes too long; true when the answer stands without the rest of it.
    func cutSlowBody() -> Bool {
        guard head.isComplete, request.limits.excess == .truncate else { return false }
        isBodySlow = true
        isCut = true
        return true
    }

    /// Takes a header line; false ends the transfer.
    func takeHeader(_ line: [UInt8]) -> Bool {
        guard head.take(line, bytesMax: request.limits.headerBytesMax) else {
            failure = TransferError(
                .tooLarge,
                "the headers from '\(host)' are too long",
                isRequestSent: true,
                phase: .headers,
                resends: resends
            )
            return false
        }
        if head.isComplete {
            onHead?()
            onHead = nil
        }
        return true
    }

    /// Takes a piece of the body; false ends the transfer.
    func takeBody(_ buffer: UnsafeRawBufferPointer) -> Bool {
        if let download, head.status == 200 || head.status == 206 {
            failure = unsafe download.open(for: head) ?? download.write(buffer)
            return failure == nil
        }
        switch unsafe body.take(Array(buffer), limits: request.limits) {
        case .more: return true
        case .cut:
            isCut = true
            return false
        case .tooLarge:
            failure = TransferError(
                .tooLarge,
                "the answer from '\(host)' is too long",
                isRequestSent: true,
                phase: .body,
                resends: resends
            )
            return false
        }
    }

    /// What is to be told to the caller now that libcurl is done with the transfer.
    func result(of code: CURLcode, facts: TransferFacts) -> Result<TransferOutcome, TransferError> {
        // Once the headers are there, a body that is kept in part only may break off.
        let stands = head.isComplete && request.limits.excess == .truncate && download == nil
        guard code == CURLE_OK || isCut || stands else {
            if let failure { return .failure(failure) }
            if isAddressBlocked && code == CURLE_COULDNT_CONNECT {
                return .failure(TransferError(.blockedAddress, "the address of '\(host)' is not allowed"))
            }
            var facts = facts
            facts.timing.dnsMilliseconds += lookupMilliseconds
            facts.timing.totalMilliseconds += lookupMilliseconds
            if head.isComplete { facts.phase = .body }
            let sentBefore = code == CURLE_ABORTED_BY_CALLBACK ? resends - 1 : resends
            return .failure(
                TransferError(code, host: host, timeouts: timeouts, facts: facts, resends: sentBefore)
            )
        }
        if let download, head.status == 200 || head.status == 206, let failure = download.open(for: head) {
            return .failure(failure)
        }
        var timing = facts.timing
        timing.dnsMilliseconds += lookupMilliseconds
        timing.totalMilliseconds += lookupMilliseconds
        return .success(
            TransferOutcome(
                status: head.status,
                headers: head.headers,
                body: body.bytes,
                isTruncated: body.isTruncated || isBodySlow || code != CURLE_OK,
                isBodySlow: isBodySlow || (stands && code == CURLE_OPERATION_TIMEDOUT),
                resends: resends,
                fileBytes: download?.sizeBytes ?? 0,
                timing: timing
            )
        )
    }
}
