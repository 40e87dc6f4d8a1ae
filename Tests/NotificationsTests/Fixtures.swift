import Foundation
import KafkaDriver
import Logging
import Testing
import Tickets

@testable import Notifications

/// A booking event as the outbox relays it; tests change what they are about.
struct BookingEvent {
    var id = "17:1042"
    var type = "usher.booking.confirmed"
    var time = "2027-02-01T10:09:30.250Z"
    var booking = BookingEvent.booking(0xaa)
    var email = "ada@example.org"
    var claims: [[String: any Sendable]] = [
        ["unit": "STALLS-3-18", "quantity": 1, "price": 8500], ["unit": "STALLS-3-17", "quantity": 1, "price": 8500],
        ["unit": "FLOOR", "quantity": 2, "price": 4500],
    ]
    var total = 26000
    var currency = "EUR"
    var failure: [String: String]?
    var refund: [String: any Sendable]?
    var name = "Spring Gala"
    var venue = "Grand Hall"

    /// The id of one of many bookings.
    static func booking(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return "\(offering).0192f5e0-0000-7000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
    }

    private static let offering = "0192f5e0-0000-7000-8000-000000000001"

    var headers: [KafkaHeader] {
        [
            KafkaHeader("ce_specversion", "1.0"), KafkaHeader("ce_id", id),
            KafkaHeader("ce_source", "/usher/shards/17"),
            KafkaHeader("ce_type", type), KafkaHeader("ce_subject", booking), KafkaHeader("ce_time", time),
            KafkaHeader("content-type", "application/json"),
        ]
    }

    var value: [UInt8] {
        get throws {
            let json: [String: Any] = [
                "booking_id": booking, "event_id": Self.offering, "user_id": "u",
                "email": email, "status": "confirmed", "version": 3, "claims": claims, "total": total,
                "currency": currency, "created_at": time, "updated_at": time, "failure": failure ?? NSNull() as Any,
                "refund": refund ?? NSNull() as Any,
                "event": ["name": name, "venue": venue, "starts_at": "2027-03-01T19:30:00Z"],
            ]
            return try Array(JSONSerialization.data(withJSONObject: json))
        }
    }

    func message(offset: Int64 = 0) throws -> KafkaMessage {
        KafkaMessage(topic: "t", partition: 0, offset: offset, key: nil, value: try value, headers: headers)
    }

    func record(topic: String, partition: Int32? = nil) throws -> KafkaRecord {
        KafkaRecord(topic: topic, key: Array(id.utf8), value: try value, headers: headers, partition: partition)
    }

    /// The mail that it becomes.
    func mail() throws -> Mail {
        let notice = try #require(try BookingNotice(message()))
        let sender = try #require(MailAddress("Usher Tickets <tickets@usher.example>"))
        return try MailRenderer(sender: sender, signer: .forTests).mail(for: notice)
    }

    var key: EventKey {
        get throws { try #require(EventKey(source: "/usher/shards/17", id: id)) }
    }
}

extension TicketSigner {
    static var forTests: TicketSigner {
        get throws { try TicketSigner(secret: "the tests' secret, not for any other use") }
    }
}

extension Logger {
    /// For failures that a test causes on purpose.
    static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
}

/// A new, empty folder that goes when `body` ends.
func withTemporaryDirectory<Result>(
    isolation: isolated (any Actor)? = #isolation, _ body: (_ path: String) async throws -> Result
) async throws -> Result {
    let directory = FileManager.default.temporaryDirectory.appending(path: "usher-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    return try await body(directory.path)
}
