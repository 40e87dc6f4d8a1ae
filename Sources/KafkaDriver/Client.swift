internal import CRdKafka
internal import Dispatch
internal import Logging

/// One librdkafka client with its main event queue.
///
/// `@unchecked Sendable`: both pointers are set once, librdkafka allows their use from any thread at any time, and they
/// are released in `deinit`, when nobody else holds a reference.
final class Client: @unchecked Sendable {
    private static let endBudget = DispatchTimeInterval.seconds(3)

    let handle: OpaquePointer
    let events: EventQueue
    private let logger: Logger

    /// Starts librdkafka's threads; connecting goes on in the background.
    ///
    /// - Parameters:
    ///   - events: the kinds of events, `RD_KAFKA_EVENT_…`, that shall come through the queue.
    ///   - logger: hears of a client that cannot be ended.
    init(
        _ type: rd_kafka_type_t, properties: [(name: String, value: String)], events: Int32, logger: Logger
    ) throws(KafkaError) {
        let configuration = try Self.configuration(properties)
        if type == RD_KAFKA_CONSUMER { FetchPause.add(to: configuration) }
        rd_kafka_conf_set_events(configuration, events | RD_KAFKA_EVENT_LOG | RD_KAFKA_EVENT_ERROR)
        var reason = [CChar](repeating: 0, count: 512)
        guard let handle = rd_kafka_new(type, configuration, &reason, reason.count) else {
            rd_kafka_conf_destroy(configuration)
            throw KafkaError(.configuration, "the Kafka client cannot start: \(String(cBuffer: reason))")
        }
        self.handle = handle
        self.logger = logger
        self.events = EventQueue(rd_kafka_queue_get_main(handle))
        rd_kafka_set_log_queue(handle, nil)
    }

    /// Ends librdkafka's threads, which takes milliseconds, and waits for that no longer than 3 s.
    ///
    /// librdkafka ends a client when nothing refers to its brokers any more, and there are states, after a fatal error or
    /// a broker's restart, in which something does for ever. Such a client is left to itself, with its threads, so that
    /// neither its successor nor the end of the process waits for it. The flag spares it the farewell to its group: who
    /// wants that has called ``leaveGroup(within:handle:)``, and after a fatal error there is none.
    deinit {
        // Safe: here is the last reference to the client, and who uses its queue holds the client. So nobody else has
        // either of these, and from here on only the new thread touches them.
        nonisolated(unsafe) let (handle, events) = (handle, events)
        let ended = DispatchSemaphore(value: 0)
        OwnThread.start(named: "kafka-end") {
            events.destroy()
            rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE)
            ended.signal()
        }
        if ended.wait(timeout: .now() + Self.endBudget) == .timedOut {
            logger.warning("Kafka client does not end, and is left to itself")
        }
    }

    /// The error that ended this client for good, if one did.
    var fatalError: KafkaError? {
        var reason = [CChar](repeating: 0, count: 512)
        let error = rd_kafka_fatal_error(handle, &reason, reason.count)
        guard error != RD_KAFKA_RESP_ERR_NO_ERROR else { return nil }
        let name = String(cString: rd_kafka_err2name(error))
        return KafkaError(.fatal, "the Kafka client met a fatal error: \(String(cBuffer: reason)) (\(name))")
    }

    private static func configuration(
        _ properties: [(name: String, value: String)]
    ) throws(KafkaError) -> OpaquePointer? {
        let configuration = rd_kafka_conf_new()
        var reason = [CChar](repeating: 0, count: 512)
        for (name, value) in properties {
            guard rd_kafka_conf_set(configuration, name, value, &reason, reason.count) == RD_KAFKA_CONF_OK else {
                rd_kafka_conf_destroy(configuration)
                throw KafkaError(.configuration, "Kafka property \(name) was refused: \(String(cBuffer: reason))")
            }
        }
        return configuration
    }
}

extension String {
    /// The text of a C buffer up to its terminating zero.
    init(cBuffer: [CChar]) {
        self.init(decoding: cBuffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
