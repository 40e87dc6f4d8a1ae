internal import Foundation
internal import Inventory
internal import KafkaDriver

/// What a message on `usher.bookings` tells a customer.
struct BookingNotice: Sendable {
    enum Kind: String, Sendable {
        case confirmed = "usher.booking.confirmed"
        case failed = "usher.booking.failed"
        case cancelled = "usher.booking.cancelled"
        case refunded = "usher.booking.refunded"
        case reminder = "usher.booking.reminder"
    }

    let id: MailID
    let key: EventKey
    let kind: Kind
    let time: Date
    let recipient: MailAddress
    var booking: Booking

    /// The message's value.
    struct Booking: Decodable, Sendable {
        let id: RoutedID
        let email: String
        var claims: [Claim]
        let total: Int64
        let currency: String
        let failure: Failure?
        let refund: Refund?
        let event: Event

        private enum CodingKeys: String, CodingKey {
            case id = "booking_id"
            case email, claims, total, currency, failure, refund, event
        }
    }

    /// `price` is that of one place. `Int32` keeps every sum of quantities far from overflow.
    struct Claim: Decodable, Sendable {
        let unit: String
        let quantity: Int32
        let price: Int64
    }

    struct Failure: Decodable, Sendable {
        let code: String
        let message: String
    }

    /// Money that goes back, or went.
    struct Refund: Decodable, Sendable {
        let amount: Int64
        let status: String
    }

    struct Event: Decodable, Sendable {
        let name: String
        let venue: String
        let startsAt: Timestamp

        private enum CodingKeys: String, CodingKey {
            case name, venue
            case startsAt = "starts_at"
        }
    }
}

/// Says what is wrong with a message, without its content.
struct MalformedNotice: Error, CustomStringConvertible {
    let description: String
}

extension BookingNotice {
    /// Reads a CloudEvent in Kafka's binary mode; nil when it is of a type that no customer gets mail about.
    init?(_ message: KafkaMessage) throws(MalformedNotice) {
        guard message.header("ce_specversion") == "1.0" else {
            throw MalformedNotice(description: "the header ce_specversion is not 1.0")
        }
        guard let type = message.header("ce_type") else {
            throw MalformedNotice(description: "the header ce_type is missing")
        }
        guard let kind = Kind(rawValue: type) else { return nil }
        let eventID = message.header("ce_id") ?? ""
        guard let id = MailID(eventID: eventID) else {
            throw MalformedNotice(description: "the header ce_id is not 1 to \(MailID.longestEventID) bytes")
        }
        guard let key = EventKey(source: message.header("ce_source") ?? "", id: eventID) else {
            throw MalformedNotice(description: "the headers ce_source and ce_id name no event")
        }
        guard let time = message.header("ce_time").flatMap(Timestamp.init) else {
            throw MalformedNotice(description: "the header ce_time is no RFC 3339 time")
        }
        let booking = try Self.booking(message.value)
        guard let recipient = MailAddress(address: booking.email) else {
            throw MalformedNotice(description: "email is no address that mail can go to")
        }
        guard kind != .refunded || booking.refund != nil else {
            throw MalformedNotice(description: "refund is missing")
        }
        self.init(id: id, key: key, kind: kind, time: time.date, recipient: recipient, booking: booking)
    }

    private static func booking(_ value: [UInt8]) throws(MalformedNotice) -> Booking {
        do {
            return try JSONDecoder().decode(Booking.self, from: Data(value))
        } catch let error as DecodingError {
            throw MalformedNotice(error)
        } catch {
            throw MalformedNotice(description: "the value cannot be read")
        }
    }
}

extension MalformedNotice {
    /// Keeps the place in the JSON; the decoder's own words may quote the content.
    fileprivate init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            description = "\(Self.path(context.codingPath + [key])) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            description = "\(Self.path(context.codingPath)) has another type"
        case .dataCorrupted(let context):
            description = "\(Self.path(context.codingPath)) is malformed"
        @unknown default:
            description = "the value is not what it should be"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.isEmpty ? "the value" : keys.map(\.stringValue).joined(separator: ".")
    }
}

/// A booking's id, as the API writes it.
struct RoutedID: Decodable, Sendable, CustomStringConvertible {
    let value: BookingID

    var description: String { value.description }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let value = BookingID(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no booking's id")
        }
        self.value = value
    }
}

/// An RFC 3339 time, with or without a fraction of a second.
struct Timestamp: Decodable, Sendable {
    let date: Date

    init?(_ text: String) {
        let date =
            (try? Date.ISO8601FormatStyle(includingFractionalSeconds: true).parse(text))
            ?? (try? Date.ISO8601FormatStyle().parse(text))
        guard let date else { return nil }
        self.date = date
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let timestamp = Self(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no RFC 3339 time")
        }
        self = timestamp
    }
}
