internal import CRdKafka
internal import Logging

/// The names of the facts in the driver's log lines.
enum LogKey {
    static let facility = "kafka_facility"
    static let detail = "kafka_detail"
    static let error = "kafka_error"
}

/// Puts what librdkafka reports into the service's log.
///
/// While a broker is away, librdkafka reports every failed try to connect as an error. One warning a minute says as
/// much; the rest goes to the debug level.
struct ClientLog {
    private static let warningInterval = Duration.seconds(60)

    private let logger: Logger
    private let clock = ContinuousClock()
    private var warnedAt: ContinuousClock.Instant?

    init(logger: Logger) {
        self.logger = logger
    }

    /// Logs a log line or an error event; other kinds of events are not for the log.
    mutating func report(_ event: borrowing Event) {
        switch event.kind {
        case RD_KAFKA_EVENT_LOG: reportLine(event)
        case RD_KAFKA_EVENT_ERROR: reportError(event)
        default: break
        }
    }

    private func reportLine(_ event: borrowing Event) {
        var facility: UnsafePointer<CChar>?
        var text: UnsafePointer<CChar>?
        var severity: Int32 = 0
        guard rd_kafka_event_log(event.pointer, &facility, &text, &severity) == 0, let facility, let text else {
            return
        }
        let name = String(cString: facility)
        // FAIL is a lost connection, ERROR repeats what comes as an event as well.
        let level = name == "FAIL" || name == "ERROR" ? .debug : Logger.Level(syslogSeverity: severity)
        logger.log(
            level: level, "Kafka client says",
            metadata: [LogKey.facility: "\(name)", LogKey.detail: "\(String(cString: text))"])
    }

    private mutating func reportError(_ event: borrowing Event) {
        let isConnection = [
            RD_KAFKA_RESP_ERR__TRANSPORT, RD_KAFKA_RESP_ERR__RESOLVE, RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN,
        ].contains(event.error)
        logger.log(
            level: isConnection && !mayWarn() ? .debug : .warning, "Kafka client has an error",
            metadata: [
                LogKey.error: "\(String(cString: rd_kafka_err2name(event.error)))",
                LogKey.detail: "\(event.errorText ?? "")",
            ])
    }

    private mutating func mayWarn() -> Bool {
        let now = clock.now
        if let warnedAt, now - warnedAt < Self.warningInterval { return false }
        warnedAt = now
        return true
    }
}

extension Logger.Level {
    fileprivate init(syslogSeverity: Int32) {
        self =
            switch syslogSeverity {
            case ...2: .critical
            case 3: .error
            case 4: .warning
            case 5: .notice
            case 6: .info
            default: .debug
            }
    }
}
