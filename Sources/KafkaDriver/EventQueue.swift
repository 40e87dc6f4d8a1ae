internal import CRdKafka

/// A queue on which librdkafka puts what happened.
///
/// Polling it runs the whole driver without a C callback: no Swift code ever runs on a thread of librdkafka.
struct EventQueue {
    let pointer: OpaquePointer?

    init(_ pointer: OpaquePointer?) {
        self.pointer = pointer
    }

    /// The next event; nil when none came in time, or when ``wake()`` was called, even before.
    ///
    /// - Parameter milliseconds: how long to block for one; -1 for ever.
    func poll(milliseconds: Int32) -> Event? {
        rd_kafka_queue_poll(pointer, milliseconds).map { Event($0) }
    }

    /// Ends the ``poll(milliseconds:)`` in progress, or else the next one.
    func wake() {
        rd_kafka_queue_yield(pointer)
    }

    /// Gives the reference back to librdkafka. The queue must not be used afterwards.
    func destroy() {
        rd_kafka_queue_destroy(pointer)
    }
}

/// Something that happened, with the memory that describes it.
struct Event: ~Copyable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        rd_kafka_event_destroy(pointer)
    }

    /// One of `RD_KAFKA_EVENT_…`.
    var kind: Int32 { rd_kafka_event_type(pointer) }

    /// What went wrong, or no error.
    var error: rd_kafka_resp_err_t { rd_kafka_event_error(pointer) }

    /// librdkafka's words for ``error``.
    var errorText: String? { rd_kafka_event_error_string(pointer).map { String(cString: $0) } }

    /// The number that the asker gave to find the answer again.
    var tag: UInt { UInt(bitPattern: rd_kafka_event_opaque(pointer)) }

    /// Hands each message of a delivery report or a fetch to `body`.
    ///
    /// The message ends with the event. It must be read in place: librdkafka finds the headers and the time from the
    /// message's address.
    func forEachMessage(_ body: (UnsafePointer<rd_kafka_message_t>) -> Void) {
        while let message = rd_kafka_event_message_next(pointer) {
            body(message)
        }
    }
}
