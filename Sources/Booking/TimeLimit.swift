import Inventory

/// Waits for `body` until a time limit, then cancels it and goes on without its answer.
///
/// - Returns: What it did; nil when it took too long.
func withTimeLimit<Value: Sendable, Failure: Error>(
    _ limit: Duration, by clock: any BookingClock, _ body: @escaping @Sendable () async throws(Failure) -> Value
) async -> Result<Value, Failure>? {
    await withTaskGroup(of: Result<Value, Failure>?.self) { group in
        group.addTask {
            do throws(Failure) {
                return .success(try await body())
            } catch {
                return .failure(error)
            }
        }
        group.addTask {
            try? await clock.sleep(until: clock.now + limit)
            return nil
        }
        defer { group.cancelAll() }
        return await group.next() ?? nil
    }
}
