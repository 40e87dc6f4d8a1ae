public import Booking
public import Inventory

/// Who a token speaks for.
public struct Identity: Hashable, Sendable {
    /// The user; may be one of another service.
    public let userID: UniqueID
    /// Where to write to. Empty in a stream ticket's identity: tickets travel in URLs, which end up in logs.
    public let email: String
    /// What the user may do.
    public let role: Role
    /// What a logout ends: the session that the token was issued in, or, for a token of another service, itself.
    public let session: UniqueID
    /// When the token was issued.
    public let issuedAt: Timestamp
    /// When the token expires; at the end of the year 9999 if it does so later.
    public let expiresAt: Timestamp
}

extension Identity {
    /// Nil when the subject or the session is no id, or the role none that this version knows.
    init?(_ claims: TokenClaims) {
        guard let userID = UniqueID(claims.sub), let role = Role(rawValue: claims.role), let session = claims.session
        else { return nil }
        self.init(
            userID: userID, email: claims.email ?? "", role: role, session: session,
            issuedAt: Timestamp(millisecondsSince1970: max(0, claims.iat) * 1_000),
            expiresAt: Timestamp(millisecondsSince1970: min(claims.exp, 253_402_300_799) * 1_000))
    }
}
