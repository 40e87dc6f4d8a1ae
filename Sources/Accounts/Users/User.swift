public import Booking
public import Inventory

/// Somebody with an account.
public struct User: Hashable, Sendable {
    /// The user's id, a token's subject.
    public let id: UniqueID
    /// The address, trimmed and in lower case; no two users share one.
    public let email: String
    /// What the user wants to be called.
    public let name: String
    /// What the user may do.
    public let role: Role
    /// When the account was made.
    public let createdAt: Timestamp
}

/// What a user may do.
public enum Role: String, Hashable, Sendable, CaseIterable {
    /// Books for herself.
    case customer
    /// Creates offerings, and sees the bookings of her own.
    case organizer
    /// Works for the house.
    case staff
    /// May see everything.
    case admin
}
