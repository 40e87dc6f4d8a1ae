import Foundation

/// The API's bodies as a client sees them: only the fields that the demo needs.
enum DemoCoding {
    static func encode(_ body: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return try encoder.encode(body)
    }

    static func decode<Body: Decodable>(_ type: Body.Type, from data: Data) throws -> Body {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: data)
    }
}

struct LoginBody: Encodable {
    let email: String
    let password: String
    var name: String?
}

struct SessionBody: Decodable {
    let token: String
}

struct EventBody: Decodable {
    struct Draft: Encodable {
        struct Section: Encodable {
            let name: String
            let kind: String
            let rows: Int?
            let seatsPerRow: Int?
            let capacity: Int?
            let price: Int
        }

        let name: String
        let venue: String
        let startsAt: String
        let currency: String
        // Spelt as JSON's snake_case converts it.
        let holdTtlSeconds: Int
        let maxUnitsPerCustomer: Int
        let sections: [Section]
    }

    struct Section: Decodable {
        let name: String
        let available: Int
        let held: Int
        let booked: Int
    }

    let id: String
    let sections: [Section]
}

struct HoldBody: Decodable {
    /// The places that a customer asks for.
    enum Wish: Hashable, Sendable {
        case seats([String])
        case floor(_ quantity: Int)
    }

    struct Request: Encodable {
        struct General: Encodable {
            let section: String
            let quantity: Int
        }

        var seats: [String]?
        var general: [General]?

        init(_ wish: Wish) {
            switch wish {
            case .seats(let seats): self.seats = seats
            case .floor(let quantity): general = [General(section: DemoVenue.floor, quantity: quantity)]
            }
        }
    }

    let holdId: String
}

struct BookingBody: Decodable {
    struct Request: Encodable {
        struct Payment: Encodable {
            let token: String
        }

        let holdId: String
        let payment: Payment
    }

    let bookingId: String
    let status: String
    let version: Int64

    var isFinal: Bool { status == "confirmed" || status == "failed" }
}

struct ProblemBody: Decodable {
    let code: String
    let detail: String?
}
