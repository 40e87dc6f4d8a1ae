public import Booking
public import Inventory

/// A user who has just signed in, or gone on with it.
public struct Session: Sendable {
    /// Who it is.
    public let user: User
    /// Lets in, for a while.
    public let token: Token
    /// Buys the next tokens, once.
    public let refreshToken: Token
}

/// What is known of a session.
public struct SessionFacts: Hashable, Sendable {
    /// The session's id, which its tokens carry.
    public let id: UniqueID
    /// When its user signed in.
    public let openedAt: Timestamp
    /// When it ends unless it is refreshed before.
    public let expiresAt: Timestamp
}
