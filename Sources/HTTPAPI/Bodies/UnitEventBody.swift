import Booking
import Inventory

/// Something that has been done with a seat or a section, as its history tells.
struct UnitEventBody: Encodable {
    private let time: Timestamp
    private let what: String
    private let by: UniqueID
    private var holdID: String?
    private var bookingID: String?
    private var status: String?
    private var changedAt: Timestamp?
    private var blockID: String?
    private var reason: String?

    /// Everything that is recorded, the latest first.
    static func all(of history: UnitHistory) -> [UnitEventBody] {
        let blocks = history.blocks.flatMap { block, removal in
            [UnitEventBody(block)] + [removal].compactMap { $0 }.map(UnitEventBody.init)
        }
        let bookings = history.bookings.flatMap { booking in
            [UnitEventBody(booking)]
                + [booking.cancelledAt].compactMap { $0 }.map { UnitEventBody(booking, cancelledAt: $0) }
        }
        return (history.holds.map(UnitEventBody.init) + bookings + blocks).sorted { $0.time > $1.time }
    }

    private init(_ step: HoldStep) {
        time = step.time
        what = step.kind.rawValue
        by = step.customer
        holdID = step.hold.description
    }

    private init(_ booking: Booking) {
        time = booking.createdAt
        what = "booked"
        by = booking.customer.id
        holdID = booking.hold.description
        bookingID = booking.id.description
        status = booking.status.rawValue
        changedAt = booking.updatedAt
    }

    private init(_ booking: Booking, cancelledAt: Timestamp) {
        time = cancelledAt
        what = "cancelled"
        by = booking.customer.id
        bookingID = booking.id.description
    }

    private init(_ block: Block) {
        time = block.createdAt
        what = "blocked"
        by = block.createdBy
        blockID = block.id.description
        reason = block.reason
    }

    private init(_ removal: BlockRemoval) {
        time = removal.removedAt
        what = "unblocked"
        by = removal.removedBy
        blockID = removal.block.description
    }

    private enum CodingKeys: String, CodingKey {
        case time = "at", what, by, holdID = "hold_id", bookingID = "booking_id", status, changedAt = "changed_at"
        case blockID = "block_id", reason
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(time.rfc3339, forKey: .time)
        try container.encode(what, forKey: .what)
        try container.encode(by.description, forKey: .by)
        try container.encodeIfPresent(holdID, forKey: .holdID)
        try container.encodeIfPresent(bookingID, forKey: .bookingID)
        try container.encodeIfPresent(status, forKey: .status)
        try container.encodeIfPresent(changedAt?.rfc3339, forKey: .changedAt)
        try container.encodeIfPresent(blockID, forKey: .blockID)
        try container.encodeIfPresent(reason, forKey: .reason)
    }
}
