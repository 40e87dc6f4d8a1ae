import Booking
import Glibc
import Logging

/// How the log is written.
enum LogFormat: String, CaseIterable, Sendable {
    /// For a person at a terminal, and otherwise for a machine.
    case auto
    /// One JSON object a line.
    case json
    /// One line of text for each message.
    case text

    /// Has all loggers of the process write so. What is logged within a trace names it.
    func bootstrap() {
        LoggingSystem.bootstrap(handler, metadataProvider: .trace)
    }

    @Sendable private func handler(label: String, metadataProvider: Logger.MetadataProvider?) -> any LogHandler {
        switch self {
        case .json: JSONLogHandler(metadataProvider: metadataProvider)
        case .text: StreamLogHandler.standardError(label: label, metadataProvider: metadataProvider)
        case .auto:
            (isatty(STDERR_FILENO) == 1 ? LogFormat.text : .json)
                .handler(label: label, metadataProvider: metadataProvider)
        }
    }
}

extension Logger.MetadataProvider {
    fileprivate static let trace = Logger.MetadataProvider {
        TraceContext.current.map { ["trace_id": "\($0.traceID)"] } ?? [:]
    }
}
