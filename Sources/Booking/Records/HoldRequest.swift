/// What a customer asks to have set aside: all of it or nothing.
public struct HoldRequest: Hashable, Sendable {
    /// Places in a section without numbers.
    public struct General: Hashable, Sendable {
        /// The section's name.
        public let section: String
        /// Places wanted.
        public let quantity: Int

        /// Asks for places in a general section.
        public init(section: String, quantity: Int) {
            self.section = section
            self.quantity = quantity
        }
    }

    /// Ids of the seats wanted.
    public let seats: [String]
    /// Places wanted in general sections.
    public let general: [General]

    /// Asks for seats, general places, or both. The inventory checks them.
    public init(seats: [String] = [], general: [General] = []) {
        self.seats = seats
        self.general = general
    }
}
