/// Does work while a lease is renewed three times in its life.
///
/// Who loses the lease all the same goes on: what the work leads to is guarded by itself.
func renewing<Result: Sendable>(
    leaseSeconds: Int,
    _ renew: @escaping @Sendable () async throws -> Bool,
    work: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    let pause = Duration.milliseconds(max(leaseSeconds * 1_000 / 3, 100))
    return try await withThrowingTaskGroup(of: Result?.self) { group in
        defer { group.cancelAll() }
        group.addTask { try await work() }
        group.addTask {
            while (try? await Task.sleep(for: pause)) != nil {
                // A renewal that fails is tried again; a database that is away cannot give the work to another one.
                _ = try? await renew()
            }
            return nil
        }
        while let result = try await group.next() {
            if let result { return result }
        }
        throw CancellationError()
    }
}
