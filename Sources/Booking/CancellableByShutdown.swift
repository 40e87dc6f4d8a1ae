import ServiceLifecycle

/// Cancels `operation` when a graceful shutdown begins.
///
/// Like ServiceLifecycle's `cancelWhenGracefulShutdown`, which starts an unstructured task when it is cancelled; here
/// everything stays on the caller's executor, so that a simulator can decide its order.
func cancellableByShutdown<Value: Sendable>(
    _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            await untilShutdownOrCancellation()
            return nil
        }
        defer { group.cancelAll() }
        while let ended = try await group.next() {
            if let value = ended { return value }
            group.cancelAll()
        }
        throw CancellationError()
    }
}

private func untilShutdownOrCancellation() async {
    let (shutdown, continuation) = AsyncStream.makeStream(of: Never.self)
    await withGracefulShutdownHandler {
        for await _ in shutdown {}
    } onGracefulShutdown: {
        continuation.finish()
    }
}
