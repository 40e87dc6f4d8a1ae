/// How many places of an offering are free, held, booked and off sale. They always add up to the capacity.
public struct Availability: Hashable, Sendable {
    /// One section's places.
    public struct Section: Hashable, Sendable {
        /// The section's name.
        public let name: String
        /// Places that a hold can take now.
        public let available: Int
        /// Places held, or being paid for.
        public let held: Int
        /// Places sold.
        public let booked: Int
        /// Places that the organizer has taken off sale.
        public let blocked: Int

        /// Counts a section.
        public init(name: String, available: Int, held: Int, booked: Int, blocked: Int = 0) {
            self.name = name
            self.available = available
            self.held = held
            self.booked = booked
            self.blocked = blocked
        }
    }

    /// The inventory's version that was counted.
    public let version: UInt64
    /// The sections, in the layout's order.
    public let sections: [Section]

    /// Counts an offering.
    public init(version: UInt64, sections: [Section]) {
        self.version = version
        self.sections = sections
    }
}

/// Each seat of an offering, or of one section of it.
public struct SeatMap: Hashable, Sendable {
    /// What a seat is to those who look at it.
    public enum Status: String, Hashable, Sendable {
        case available, held, booked, blocked
    }

    /// One seat.
    public struct Seat: Hashable, Sendable {
        /// `SECTION-row-seat`
        public let id: String
        /// What it is now.
        public let status: Status
        /// Its price, in minor units.
        public let priceMinor: Int64

        /// Describes a seat.
        public init(id: String, status: Status, priceMinor: Int64) {
            self.id = id
            self.status = status
            self.priceMinor = priceMinor
        }
    }

    /// The inventory's version that was read.
    public let version: UInt64
    /// The seats, in the layout's order.
    public let seats: [Seat]

    /// Describes the seats.
    public init(version: UInt64, seats: [Seat]) {
        self.version = version
        self.seats = seats
    }
}
