import Booking
import Inventory
import PostgresDriver

extension PostgresUUID {
    init(_ id: UniqueID) {
        self.init(high: id.high, low: id.low)
    }
}

extension UniqueID {
    init(_ uuid: PostgresUUID) {
        self.init(high: uuid.high, low: uuid.low)
    }
}

extension PostgresTimestamp {
    init(_ timestamp: Timestamp) {
        self.init(microsecondsSince1970: timestamp.millisecondsSince1970 * 1_000)
    }
}

extension Timestamp {
    init(_ timestamp: PostgresTimestamp) {
        self.init(millisecondsSince1970: timestamp.microsecondsSince1970 / 1_000)
    }
}
