import Foundation
import KafkaDriver
import PostgresDriver

/// An event of a booking, in the outbox or in Kafka's log.
struct BookingEvent: Hashable, Sendable {
    let shard: Int
    let sequence: Int64
    let type: String
    /// The booking's own id.
    let booking: String
    let version: Int64

    /// The same wherever the event is.
    var id: String { "\(shard):\(sequence)" }
}

/// The part of a payload that is looked at.
private struct Payload: Decodable {
    let version: Int64

    /// A payload that cannot be read is itself what is looked for, so it gets a version that no booking has.
    static func version(of bytes: Data) -> Int64 {
        (try? JSONDecoder().decode(Payload.self, from: bytes).version) ?? 0
    }
}

extension BookingEvent {
    static let outboxStatement = PostgresStatement(
        "SELECT shard, seq, type, booking::text, payload FROM outbox ORDER BY shard, seq")

    init(_ row: PostgresRow) throws(PostgresError) {
        self.init(
            shard: try row.decode(0), sequence: try row.decode(1), type: try row.decode(2), booking: try row.decode(3),
            version: Payload.version(of: Data(try row.decode(4, as: String.self).utf8)))
    }

    /// The event of a message as `KafkaEventPublisher` writes it; nil when the message is something else.
    init?(_ message: KafkaMessage) {
        let id = message.header("ce_id")?.split(separator: ":") ?? []
        guard id.count == 2, let shard = Int(id[0]), let sequence = Int64(id[1]),
            let type = message.header("ce_type"), let subject = message.header("ce_subject"),
            let booking = subject.split(separator: ".").last
        else { return nil }
        self.init(
            shard: shard, sequence: sequence, type: type, booking: String(booking),
            version: Payload.version(of: Data(message.value)))
    }
}
