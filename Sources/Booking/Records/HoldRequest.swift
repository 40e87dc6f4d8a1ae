/// What a customer asks to have set aside: all of it or nothing.
public struct HoldRequest: Hashable, Sendable {
    /// Places of a unit without seat numbers.
    public struct General: Hashable, Sendable {
        /// The unit's id: the name of a general section, or `SECTION-number` of a slot.
        public let section: String
        /// Places wanted.
        public let quantity: Int

        /// Asks for places in a general section or a slot.
        public init(section: String, quantity: Int) {
            self.section = section
            self.quantity = quantity
        }
    }

    /// The best seats that are free, for the inventory to choose.
    public struct BestAvailable: Hashable, Sendable {
        /// How many seats.
        public let quantity: Int
        /// The section to choose from; nil for any.
        public let section: String?
        /// What a seat may cost, in minor units; nil for any price.
        public let priceMinor: ClosedRange<Int64>?
        /// Whether the seats must lie side by side.
        public let isAdjacent: Bool
        /// Whether to choose from the accessible seats, rather than from the others.
        public let isAccessible: Bool

        /// Asks for the best seats.
        public init(
            quantity: Int, section: String? = nil, priceMinor: ClosedRange<Int64>? = nil, isAdjacent: Bool = true,
            isAccessible: Bool = false
        ) {
            self.quantity = quantity
            self.section = section
            self.priceMinor = priceMinor
            self.isAdjacent = isAdjacent
            self.isAccessible = isAccessible
        }
    }

    /// Ids of the seats wanted.
    public let seats: [String]
    /// Places wanted in general sections and slots.
    public let general: [General]
    /// Whether accessible seats may be among the seats.
    public let isAccessible: Bool
    /// The seats to be chosen; then no others are named.
    public let bestAvailable: BestAvailable?

    /// Asks for seats, general places, or both. The inventory checks them.
    public init(seats: [String] = [], general: [General] = [], isAccessible: Bool = false) {
        self.seats = seats
        self.general = general
        self.isAccessible = isAccessible
        bestAvailable = nil
    }

    /// Asks for the best seats. The inventory checks what is wanted.
    public init(_ bestAvailable: BestAvailable) {
        seats = []
        general = []
        isAccessible = false
        self.bestAvailable = bestAvailable
    }
}
