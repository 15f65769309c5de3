import Glibc

/// A queue between two threads that makes the faster one wait.
@safe
final class BoundedQueue<Element: Sendable>: @unchecked Sendable {
    // `mutex` guards `elements` and `isClosed`; `condition` announces each change of them.
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private let capacity: Int
    private var elements: [Element] = []
    private var isClosed = false

    init(capacity: Int) {
        self.capacity = capacity
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        unsafe pthread_cond_init(condition, nil)
    }

    deinit {
        unsafe pthread_mutex_destroy(mutex)
        unsafe pthread_cond_destroy(condition)
        unsafe mutex.deallocate()
        unsafe condition.deallocate()
    }

    /// Waits for room; false once the queue is closed.
    @discardableResult
    func push(_ element: Element) -> Bool {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while elements.count >= capacity && !isClosed { unsafe pthread_cond_wait(condition, mutex) }
        if isClosed { return false }
        elements.append(element)
        unsafe pthread_cond_broadcast(condition)
        return true
    }

    /// Waits for an element; nil once the queue is closed and empty.
    func pop() -> Element? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while elements.isEmpty && !isClosed { unsafe pthread_cond_wait(condition, mutex) }
        guard !elements.isEmpty else { return nil }
        unsafe pthread_cond_broadcast(condition)
        return elements.removeFirst()
    }

    /// Whether `close` was called.
    var hasClosed: Bool {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return isClosed
    }

    /// Takes nothing more; what is queued can still be read unless it is dropped.
    func close(dropping: Bool = false) {
        unsafe pthread_mutex_lock(mutex)
        isClosed = true
        if dropping { elements.removeAll() }
        unsafe pthread_cond_broadcast(condition)
        unsafe pthread_mutex_unlock(mutex)
    }
}
