import Logging
import Synchronization

/// Remembers the levels of all that was logged.
final class LoggedLevels: Sendable {
    private let levels = Mutex<[Logger.Level]>([])

    var all: [Logger.Level] { levels.withLock { $0 } }

    var logger: Logger { Logger(label: "kafka-tests") { _ in Handler(levels: self) } }

    private struct Handler: LogHandler {
        let levels: LoggedLevels
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            levels.levels.withLock { $0.append(event.level) }
        }
    }
}
