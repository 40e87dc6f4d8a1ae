/// What is set aside, for whoever has to remember it elsewhere.
extension Inventory {
    /// Holds, bookings in payment, and bookings with an end; O(1).
    public var reservationCount: Int { reservations.count }

    /// All of them, in no order that means anything; O(the most that there ever were).
    public var allReservations: [Reservation] { reservations.all }

    /// The one that was made of a hold; nil when it is over or sold for good.
    public func reservation(_ hold: UniqueID) -> Reservation? {
        reservations.slot(of: hold).map { reservations[$0] }
    }
}
