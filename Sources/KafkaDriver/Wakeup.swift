internal import CRdKafka
internal import Glibc

/// An eventfd: anybody may signal, one thread waits.
///
/// The consumer's thread waits for two queues and for its callers at once, and librdkafka can write to a descriptor
/// whenever one of its queues is no longer empty.
final class Wakeup: Sendable {
    let descriptor: Int32

    init() throws(KafkaError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard descriptor >= 0 else {
            throw KafkaError(.configuration, "no file descriptor is left for the Kafka consumer (errno \(errno))")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Ends the ``wait(milliseconds:)`` in progress, or else the next one.
    func signal() {
        eventfd_write(descriptor, 1)
    }

    /// Blocks until the next signal, until one that came since the last wait, or until the time is over.
    func wait(milliseconds: Int32) {
        var interest = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        poll(&interest, 1, milliseconds)
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
    }
}

extension EventQueue {
    /// Signals `wakeup` each time when an event comes to the empty queue, until ``stopSignalling()``.
    func startSignalling(_ wakeup: Wakeup) {
        var increment: eventfd_t = 1
        rd_kafka_queue_io_event_enable(pointer, wakeup.descriptor, &increment, MemoryLayout<eventfd_t>.size)
    }

    /// Makes librdkafka forget the descriptor, so that it may be closed.
    func stopSignalling() {
        rd_kafka_queue_io_event_enable(pointer, -1, nil, 0)
    }
}
