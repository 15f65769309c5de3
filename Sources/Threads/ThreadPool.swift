import Foundation
import Glibc

/// A fixed number of threads for blocking C calls, so that these never sit on Swift's cooperative pool.
///
/// Work is taken in the order of its arrival. `shutdown` lets queued work finish, then ends the threads.
@safe
package final class ThreadPool: @unchecked Sendable {
    // `mutex` guards `queue` and `isOpen`; `condition` announces a change of either.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var queue: [@Sendable () -> Void] = []
    private var isOpen = true

    /// Starts `threadCount` threads named `name`.
    package init(name: String, threadCount: Int) {
        precondition(threadCount > 0)
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
        for _ in 0..<threadCount {
            let thread = Thread { self.work() }
            thread.name = name
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe pthread_cond_destroy(condition)
        unsafe mutex.deallocate()
        unsafe condition.deallocate()
    }

    /// Runs blocking `body` on one of the threads and returns what it returns.
    package func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result
    {
        try await withCheckedThrowingContinuation { continuation in
            let accepted = submit { continuation.resume(with: Swift.Result { try body() }) }
            if !accepted { continuation.resume(throwing: CancellationError()) }
        }
    }

    /// Queues `body`; false after `shutdown`.
    @discardableResult
    package func submit(_ body: @escaping @Sendable () -> Void) -> Bool {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        guard isOpen else { return false }
        queue.append(body)
        unsafe pthread_cond_signal(condition)
        return true
    }

    /// Takes no more work; the threads end when the queue is empty.
    package func shutdown() {
        unsafe pthread_mutex_lock(mutex)
        isOpen = false
        unsafe pthread_cond_broadcast(condition)
        unsafe pthread_mutex_unlock(mutex)
    }

    private func work() {
        while let body = next() { body() }
    }

    private func next() -> (@Sendable () -> Void)? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while queue.isEmpty && isOpen { unsafe pthread_cond_wait(condition, mutex) }
        return queue.isEmpty ? nil : queue.removeFirst()
    }
}
