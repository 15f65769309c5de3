/// Lets only so many through at a time: each test here has processes of its own, and the machine may have few cores.
actor Turnstile {
    static let tests = Turnstile(limit: 4)

    private var free: Int
    private var waiters: [CheckedContinuation<Void, Never>] = []

    init(limit: Int) { free = limit }

    func pass<Result: Sendable>(_ body: @Sendable () async throws -> Result) async throws -> Result {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiters.append($0) }
        }
        defer { leave() }
        return try await body()
    }

    private func leave() {
        if waiters.isEmpty {
            free += 1
        } else {
            waiters.removeFirst().resume()
        }
    }
}
