/// What a hold is to have.
public enum Selection: Hashable, Sendable {
    /// These places, all of them or none.
    case units(UnitClaims, accessible: Bool = false)
    /// The best seats that are free.
    case best(BestAvailable)
}

/// A quantity of one unit.
public struct UnitClaim: Hashable, Sendable {
    /// The unit.
    public let unit: UnitIndex
    /// Places; the inventory refuses what is not 1 to the unit's capacity.
    public let quantity: Int

    /// Describes a claim.
    public init(unit: UnitIndex, quantity: Int) {
        self.unit = unit
        self.quantity = quantity
    }
}

/// Asks for the best seats, which the inventory chooses and claims in one step.
///
/// The best seats are those closest to the focal point of their section that leave no single seat behind between
/// themselves and a taken one; where that cannot be had, the closest.
public struct BestAvailable: Hashable, Sendable {
    /// How many seats.
    public let quantity: Int
    /// The position of the section to choose from; nil for any.
    public let section: Int?
    /// What a seat may cost, in minor units; nil for any price.
    public let priceMinor: ClosedRange<Int64>?
    /// Whether the seats must lie side by side. Otherwise they are split into as few groups as can be.
    public let isAdjacent: Bool
    /// Whether to choose from the accessible seats, rather than from the others.
    public let isAccessible: Bool

    /// Describes what is wanted.
    public init(
        quantity: Int, section: Int? = nil, priceMinor: ClosedRange<Int64>? = nil, isAdjacent: Bool = true,
        isAccessible: Bool = false
    ) {
        self.quantity = quantity
        self.section = section
        self.priceMinor = priceMinor
        self.isAdjacent = isAdjacent
        self.isAccessible = isAccessible
    }
}
