import Booking
import Inventory

/// A session that has ended before its tokens have.
struct Revocation: Hashable, Sendable {
    /// The session's id.
    let session: UniqueID
    /// From then on the session's access tokens have expired, and nobody needs to remember that it has ended.
    let lastTokenExpiry: Timestamp
}

/// The ended sessions whose tokens would otherwise still be good.
///
/// Bounded: when there are too many to remember, all are forgotten, and every token issued until then is refused
/// instead. Sessions that go on get a new token for their refresh token; those that have ended do not.
struct Revocations {
    private static let firstSweep = 1_024

    private let limit: Int
    /// Seconds since 1970 at which the last token of a session expires.
    private var expiries: [UniqueID: Int64] = [:]
    /// Tokens issued before this second are refused.
    private var floor = Int64.min
    /// Expired entries are swept when there are so many; it doubles, so that an insertion costs little on average.
    private var nextSweep = Self.firstSweep
    /// How often there was one more; it tells whether anything is new.
    private(set) var count = 0

    init(limit: Int) {
        self.limit = limit
    }

    /// Whether a token of this session, issued then, is refused.
    func cover(_ session: UniqueID, issuedAt: Timestamp) -> Bool {
        issuedAt.secondsSince1970 < floor || expiries[session] != nil
    }

    mutating func insert(_ revocation: Revocation, at now: Timestamp) {
        // Rounded up: a token must not outlive its revocation.
        let expiry = revocation.lastTokenExpiry.secondsSince1970 + 1
        let known = expiries.updateValue(expiry, forKey: revocation.session)
        if let known { expiries[revocation.session] = max(expiry, known) } else { count += 1 }
        guard expiries.count >= min(nextSweep, limit) else { return }
        expiries = expiries.filter { $0.value > now.secondsSince1970 }
        if expiries.count >= limit {
            expiries = [:]
            floor = now.secondsSince1970 + 1
        }
        nextSweep = max(Self.firstSweep, 2 * expiries.count)
    }
}

extension Timestamp {
    /// Whole seconds, as tokens count time.
    var secondsSince1970: Int64 { millisecondsSince1970 / 1_000 }
}
