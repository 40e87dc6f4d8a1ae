import Logging
import RedisDriver
import Testing

/// Runs a client while `body` uses it, and stops it afterwards.
func withClient(
    _ configuration: RedisConfiguration, log: LogRecorder = LogRecorder(),
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RedisClient) async throws -> Void
) async throws {
    let client = RedisClient(configuration: configuration, logger: log.logger)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await client.run() }
        defer { group.cancelAll() }
        try await body(client)
    }
}

/// The ``RedisError`` that `body` throws, or nil when it throws none.
func redisError(isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> some Any) async -> RedisError?
{
    do {
        _ = try await body()
    } catch let error as RedisError {
        return error
    } catch {
        Issue.record(error)
    }
    return nil
}

/// Hands out the log's lines one by one, so that a test can wait for an event that only the log tells of.
struct LogRecorder: Sendable {
    let lines: AsyncStream<String>
    private let continuation: AsyncStream<String>.Continuation

    init() {
        (lines, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1000))
    }

    var logger: Logger {
        Logger(label: "test") { [continuation] _ in Handler(continuation: continuation) }
    }

    /// Waits for the next line that contains `text`.
    func next(containing text: String) async -> String? {
        await lines.first { $0.contains(text) }
    }

    private struct Handler: LogHandler {
        let continuation: AsyncStream<String>.Continuation
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            continuation.yield("\(event.message) \(event.metadata ?? [:])")
        }
    }
}
