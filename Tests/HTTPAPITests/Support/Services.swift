import Logging
import ServiceLifecycle

/// Runs `body` beside the services, which it can shut down; afterwards they are shut down in any case.
func withServices(
    _ services: [any Service],
    while body: (_ shutdown: @escaping @Sendable () async -> Void) async throws -> Void
) async throws {
    let group = ServiceGroup(configuration: .init(services: services, logger: .silent))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(try await body { await group.triggerGracefulShutdown() })
        } catch {
            outcome = .failure(error)
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
        try outcome.get()
    }
}

extension Logger {
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}
