import Booking
import Inventory

extension BookingCursor {
    /// The cursor as clients carry it; what it is made of is no concern of theirs.
    var clientText: String { "\(createdAt.millisecondsSince1970)_\(own)" }

    /// - Throws: `invalidCursor`.
    init(clientText: String) throws(BookingError) {
        let parts = clientText.split(separator: "_", maxSplits: 1)
        guard parts.count == 2, let milliseconds = Int64(parts[0]), let own = UniqueID(parts[1]),
            Timestamp.years0To9999.contains(Timestamp(millisecondsSince1970: milliseconds))
        else {
            throw BookingError(
                .invalidCursor, "The cursor is not one that this list gave out. Begin again without one.")
        }
        self.init(createdAt: Timestamp(millisecondsSince1970: milliseconds), own: own)
    }
}
