import CLibcurl
import Foundation
import Threads

/// One thread that owns a libcurl multi handle and moves all transfers of a client.
@safe
final class TransferDriver: @unchecked Sendable {
    private enum Command {
        case start(Transfer)
        case cancel(Transfer)
        case lookedUp(host: String, addresses: [IPAddress]?)
    }

    private struct Inbox {
        var commands: [Command] = []
        var isWakePending = false
        var isOpen = true
    }

    // `inbox` is shared and has its lock. `multi` is used by the driver's thread; others only wake it, which
    // libcurl allows, and only while the inbox is open. The rest belongs to the driver's thread.
    private let inbox = Locked(Inbox())
    private let multi: UnsafeMutableRawPointer
    private let limits: ClientLimits
    private let certificatesPath: String?
    private var running: [EasyHandle.ID: Transfer] = [:]
    private var waiting: [Transfer] = []
    private var names: NameCache
    private var lookups: Lookups
    private var deadlines = Deadlines()
    private var headsSeen: [Transfer] = []
    private let sockets = Sockets()
    private var idleHandles: [EasyHandle] = []
    private static let idleHandlesMax = 32

    /// The longest sleep of the thread, a net under libcurl's own timers.
    private static let pollMillisecondsMax: Int32 = 1000

    private static let isLibraryReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(limits: ClientLimits, certificatesPath: String?, gate: AddressGate, resolver: NameResolver) {
        guard Self.isLibraryReady, let multi = unsafe curl_multi_init() else {
            fatalError("libcurl cannot be started")
        }
        unsafe self.multi = multi
        self.limits = limits
        self.certificatesPath = certificatesPath
        names = NameCache(gate: gate)
        lookups = Lookups(resolver: resolver)
        unsafe clibcurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, limits.connectionsIdleMax)
        unsafe clibcurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, limits.connectionsPerHostMax)
        let thread = Thread { self.run() }
        thread.name = "transfers"
        thread.start()
        sockets.watch()
    }

    /// Hands a transfer to the thread.
    ///
    /// Its completion is called exactly once, on that thread or on this one.
    func submit(_ transfer: Transfer) {
        transfer.submit()
        if !post(.start(transfer)) { transfer.complete(.failure(Self.closed)) }
    }

    /// Ends a transfer early, whether it has been submitted yet or not.
    func cancel(_ transfer: Transfer) {
        // A transfer that is not submitted yet is still its caller's; the driver will see the note.
        if transfer.cancel() { _ = post(.cancel(transfer)) }
    }

    /// Ends the thread; transfers that are not finished fail.
    func shutdown() {
        inbox.withLock { inbox in
            guard inbox.isOpen else { return }
            inbox.isOpen = false
            unsafe curl_multi_wakeup(multi)
        }
    }

    private static let closed = TransferError(.closed, "the HTTP client has been shut down")

    private func post(_ command: Command) -> Bool {
        inbox.withLock { inbox in
            guard inbox.isOpen else { return false }
            inbox.commands.append(command)
            // Waking happens under the lock, so the multi handle cannot be gone: the thread frees it only after
            // it has seen the inbox closed.
            if !inbox.isWakePending { unsafe curl_multi_wakeup(multi) }
            inbox.isWakePending = true
            return true
        }
    }

    // MARK: The driver's thread

    private func run() {
        var isOpen = true
        while isOpen {
            let commands: [Command]
            (commands, isOpen) = inbox.withLock { inbox in
                defer {
                    inbox.commands.removeAll()
                    inbox.isWakePending = false
                }
                return (inbox.commands, inbox.isOpen)
            }
            for command in commands {
                switch command {
                case .start(let transfer): waiting.append(transfer)
                case .cancel(let transfer): drop(transfer, failing: Self.cancelled)
                case .lookedUp(let host, let addresses): learn(addresses, of: host)
                }
            }
            guard isOpen else { break }
            startWaiting()
            var activeCount: Int32 = 0
            sockets.begin()
            unsafe curl_multi_perform(multi, &activeCount)
            sockets.end()
            settleFinished()
            endOverdue()
            if !waiting.isEmpty && running.count < limits.transfersInFlightMax { continue }
            let milliseconds = deadlines.milliseconds(atMost: Self.pollMillisecondsMax, now: .now)
            unsafe curl_multi_poll(multi, nil, 0, milliseconds, nil)
        }
        for transfer in Array(running.values) + waiting + lookups.leaveAll() {
            drop(transfer, failing: Self.closed)
        }
        idleHandles.removeAll()
        unsafe curl_multi_cleanup(multi)
        sockets.stop()
    }

    private static let cancelled = TransferError(.cancelled, "the request was cancelled")

    private func startWaiting() {
        while running.count < limits.transfersInFlightMax, !waiting.isEmpty {
            let transfer = waiting.removeFirst()
            if transfer.isCancelled {
                transfer.complete(.failure(Self.cancelled))
                continue
            }
            start(transfer)
        }
    }

    /// Begins a transfer once it is known what its host stands for.
    private func start(_ transfer: Transfer) {
        let now = ContinuousClock.now
        if transfer.startedAt == nil { transfer.startedAt = now }
        let target = transfer.target
        guard !target.isAddress, transfer.addresses.isEmpty else { return dial(transfer) }
        if let finding = names.finding(of: target.name, now: now) {
            return proceed(transfer, with: finding)
        }
        deadlines.set(transfer, at: now + .milliseconds(transfer.timeouts.connectMilliseconds))
        let isWaiting = lookups.wait(transfer) { [self] host, addresses in
            _ = post(.lookedUp(host: host, addresses: addresses))
        }
        if !isWaiting { proceed(transfer, with: .unknown) }
    }

    private func learn(_ addresses: [IPAddress]?, of host: String) {
        let finding = names.learn(addresses, of: host, now: .now)
        for transfer in lookups.end(host) { proceed(transfer, with: finding) }
    }

    private func proceed(_ transfer: Transfer, with finding: NameCache.Finding) {
        deadlines.clear(transfer)
        if let startedAt = transfer.startedAt {
            transfer.lookupMilliseconds = Int((ContinuousClock.now - startedAt) / .milliseconds(1))
        }
        switch finding {
        case .allowed(let addresses):
            transfer.addresses = addresses
            dial(transfer)
        case .blocked:
            let text = "the address of '\(transfer.host)' is not allowed"
            transfer.complete(.failure(lookupFailure(.blockedAddress, text, of: transfer)))
        case .unknown:
            let text = "request to '\(transfer.host)' failed: its name could not be looked up"
            transfer.complete(.failure(lookupFailure(.resolveFailed, text, of: transfer)))
        }
    }

    private func lookupFailure(
        _ code: TransferError.Code,
        _ text: String,
        of transfer: Transfer
    ) -> TransferError {
        var timing = TransferTiming()
        timing.dnsMilliseconds = transfer.lookupMilliseconds
        timing.totalMilliseconds = transfer.lookupMilliseconds
        return TransferError(code, text, phase: .lookup, timing: timing)
    }

    private func dial(_ transfer: Transfer) {
        transfer.sockets = sockets
        guard let handle = idleHandles.popLast() ?? EasyHandle() else {
            transfer.complete(.failure(TransferError(.closed, "libcurl has no memory for a transfer")))
            return
        }
        if let failure = handle.configure(for: transfer, certificatesPath: certificatesPath) {
            transfer.complete(.failure(failure))
            return
        }
        guard unsafe curl_multi_add_handle(multi, handle.pointer) == CURLM_OK else {
            transfer.complete(.failure(TransferError(.closed, "libcurl takes no more transfers")))
            return
        }
        transfer.handle = handle
        if transfer.request.limits.bodyMillisecondsMax != nil {
            // Without a cycle: the transfer lets go of it when it is told, or with its handle.
            transfer.onHead = { [unowned self, unowned transfer] in headsSeen.append(transfer) }
        }
        running[handle.id] = transfer
    }

    private func settleFinished() {
        var remaining: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &remaining) {
            guard unsafe message.pointee.msg == CURLMSG_DONE,
                let pointer = unsafe message.pointee.easy_handle,
                let transfer = running[EasyHandle.ID(bitPattern: pointer)]
            else { continue }
            let code = unsafe clibcurl_message_result(message)
            guard let handle = transfer.handle else { continue }
            let result = transfer.result(of: code, facts: TransferFacts(of: handle))
            release(transfer)
            transfer.complete(result)
        }
    }

    /// Ends what has used up the time for a lookup or for a body.
    private func endOverdue() {
        let now = ContinuousClock.now
        // What came whole with its headers has ended by now.
        for transfer in headsSeen where transfer.handle != nil {
            guard let milliseconds = transfer.request.limits.bodyMillisecondsMax else { continue }
            deadlines.set(transfer, at: now + .milliseconds(milliseconds))
        }
        headsSeen.removeAll(keepingCapacity: true)
        for transfer in deadlines.takeOver(now: now) {
            guard let handle = transfer.handle else {
                let text = "request to '\(transfer.host)' failed: its name was not looked up in time"
                transfer.lookupMilliseconds = transfer.timeouts.connectMilliseconds
                drop(transfer, failing: lookupFailure(.timeoutConnect, text, of: transfer))
                continue
            }
            guard transfer.cutSlowBody() else { continue }
            let result = transfer.result(of: CURLE_OK, facts: TransferFacts(of: handle))
            release(transfer)
            transfer.complete(result)
        }
    }

    private func drop(_ transfer: Transfer, failing error: TransferError) {
        waiting.removeAll { $0 === transfer }
        lookups.leave(transfer)
        release(transfer)
        transfer.complete(.failure(error))
    }

    private func release(_ transfer: Transfer) {
        deadlines.clear(transfer)
        transfer.onHead = nil
        guard let handle = transfer.handle else { return }
        unsafe curl_multi_remove_handle(multi, handle.pointer)
        running.removeValue(forKey: handle.id)
        transfer.handle = nil
        transfer.headers = nil
        transfer.upload = nil
        transfer.pinned = nil
        handle.reset()
        if idleHandles.count < Self.idleHandlesMax { idleHandles.append(handle) }
    }
}
