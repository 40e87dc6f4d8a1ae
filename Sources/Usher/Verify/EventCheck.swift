/// I7: a booking's events come in order, without gaps, and duplicates carry the same id.
///
/// The log is read after the outbox, and an event leaves the outbox only once it is in the log: so both together have
/// every event that was committed when the outbox was read.
struct EventCheck {
    /// Events of one partition after the other, each partition in the log's order.
    let log: [Entry]
    /// Events that wait to be published, in commit order per shard.
    let outbox: [BookingEvent]
    /// The number of the last event that each shard has committed.
    let sequences: [Int: Int64]
    let bookings: [BookedRecord]

    struct Entry {
        let partition: Int32
        let event: BookingEvent
    }

    func result() -> [PromiseCheck] {
        var seen = Seen()
        for entry in log { seen.read(entry.event, from: "partition \(entry.partition)") }
        for event in outbox { seen.read(event, from: nil) }
        let bookingViolations = bookings.compactMap { booking in
            seen.bookings.removeValue(forKey: booking.id).flatMap { violation(of: booking, lastSeen: $0) }
        }
        // What came after the rows were read may be of bookings that were not there yet.
        let strays = seen.bookings.filter { isCommitted($0.value) }.keys.sorted().map {
            "booking \($0) has events and is not in the database"
        }
        return [
            PromiseCheck(
                name: "I7", meaning: "events come in order, doubles with one id",
                checked: "\(seen.events.count) events", violations: seen.violations + gaps(in: seen.numbers)),
            PromiseCheck(
                name: "I2", meaning: "every booking in an event is in the database",
                checked: "\(bookings.count) bookings",
                violations: bookingViolations + strays),
        ]
    }

    private func violation(of booking: BookedRecord, lastSeen: BookingEvent) -> String? {
        guard isCommitted(lastSeen), lastSeen.version != booking.version else { return nil }
        return """
            booking \(booking.id) is \(booking.status) in version \(booking.version), its last event \(lastSeen.id) \
            (\(lastSeen.type)) tells version \(lastSeen.version)
            """
    }

    private func isCommitted(_ event: BookingEvent) -> Bool { event.sequence <= sequences[event.shard] ?? 0 }

    /// Numbers that are missing between the first that the log still has and the last that was committed.
    private func gaps(in numbers: [Int: Set<Int64>]) -> [String] {
        numbers.sorted { $0.key < $1.key }.compactMap { shard, numbers in
            guard let first = numbers.min() else { return nil }
            let last = sequences[shard] ?? 0
            let missing = first <= last ? (first...last).filter { !numbers.contains($0) } : []
            guard let firstMissing = missing.first else { return nil }
            return
                "shard \(shard): \(missing.count) events between \(first) and \(last) are missing, \(firstMissing) first"
        }
    }
}

/// What a reader of the log remembers.
private struct Seen {
    /// By the events' ids.
    private(set) var events: [String: BookingEvent] = [:]
    /// The last event of each booking.
    var bookings: [String: BookingEvent] = [:]
    /// The numbers of each shard's events.
    private(set) var numbers: [Int: Set<Int64>] = [:]
    private(set) var violations: [String] = []
    /// The highest number that each part of the log has of each shard.
    private var last: [String: Int64] = [:]

    /// - Parameter part: The part of the log in which order is promised; nil for the outbox, which is in order.
    mutating func read(_ event: BookingEvent, from part: String?) {
        if let first = events[event.id] {
            if first != event { violations.append("\(event.id) is the id of two events: \(first) and \(event)") }
            return
        }
        events[event.id] = event
        numbers[event.shard, default: []].insert(event.sequence)
        if let part {
            let key = "\(event.shard) \(part)"
            if let before = last[key], before > event.sequence {
                violations.append("\(part) has \(event.id) first behind \(event.shard):\(before)")
            }
            last[key] = max(event.sequence, last[key] ?? 0)
        }
        follow(event)
    }

    private mutating func follow(_ event: BookingEvent) {
        let before = bookings[event.booking]
        if let before, !isNext(event, after: before) {
            violations.append(
                """
                booking \(event.booking): \(event.id) (\(event.type), version \(event.version)) follows \
                \(before.id) (\(before.type), version \(before.version))
                """)
        }
        if before.map({ $0.version <= event.version }) ?? true { bookings[event.booking] = event }
    }

    /// A reminder tells of no change.
    private func isNext(_ event: BookingEvent, after before: BookingEvent) -> Bool {
        let isReminder = event.type.hasSuffix(".reminder")
        return event.version > before.version || (isReminder && event.version == before.version)
    }
}
