import Booking
import HTTPTypes
import Inventory

/// Places to be taken off sale.
struct BlockRequestBody: Decodable {
    private static let longestReason = 200

    let places: HoldRequest
    let reason: String?

    private enum CodingKeys: String, CodingKey {
        case seats, general, reason
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        places = HoldRequest(
            seats: try container.decodeIfPresent([String].self, forKey: .seats) ?? [],
            general: try container.decodeIfPresent([GeneralPlacesBody].self, forKey: .general)?.map(\.places) ?? [],
            isAccessible: true)
        reason = try container.decodeIfPresent(String.self, forKey: .reason)
        if let reason { try Problem.check(reason, "reason", upTo: Self.longestReason, code: "invalid_block") }
    }
}

/// Places that are off sale.
struct BlockBody: Encodable {
    private struct Place: Encodable {
        let unit: String
        let quantity: Int
    }

    private let blockID: String
    private let eventID: String
    private let places: [Place]
    private let reason: String?
    private let createdBy: String
    private let createdAt: String

    init(_ block: Block) {
        blockID = block.id.description
        eventID = block.offering.description
        places = block.claims.map { Place(unit: $0.unit, quantity: $0.quantity) }
        reason = block.reason
        createdBy = block.createdBy.description
        createdAt = block.createdAt.rfc3339
    }

    private enum CodingKeys: String, CodingKey {
        case blockID = "block_id", eventID = "event_id", places, reason, createdBy = "created_by"
        case createdAt = "created_at"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(blockID, forKey: .blockID)
        try container.encode(eventID, forKey: .eventID)
        try container.encode(places, forKey: .places)
        // Null while there is none, so that clients can rely on the member.
        try container.encode(reason, forKey: .reason)
        try container.encode(createdBy, forKey: .createdBy)
        try container.encode(createdAt, forKey: .createdAt)
    }
}

extension Problem {
    /// Refuses a text of a person's own words that is too long or has characters that no line has.
    static func check(_ text: String, _ field: String, upTo limit: Int, code: String) throws {
        let isLine = text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
        guard !text.isEmpty, text.unicodeScalars.count <= limit, isLine else {
            let error = FieldError(
                field: field, message: "must have 1 to \(limit) characters, and no control characters")
            var problem = Problem(.unprocessableContent, code, "`\(error.field)` \(error.message).")
            problem.fields = [error]
            throw problem
        }
    }
}
