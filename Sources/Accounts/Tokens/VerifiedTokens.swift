import Booking
import Inventory
import Synchronization

/// Remembers tokens that were found good, until they expire or their session ends; to look one up costs a hash of its
/// text and one of its session's id.
///
/// The revocations are under the same lock, so that a token that is being checked while its session ends is not
/// remembered afterwards.
final class VerifiedTokens: Sendable {
    private struct Entry {
        let identity: Identity
        /// Seconds since 1970.
        let expiry: Int64
    }

    private struct State {
        var entries: RecentValues<String, Entry>
        var revocations: Revocations
    }

    private let state: Mutex<State>

    /// - Parameters:
    ///   - limit: How many tokens are remembered at most.
    ///   - revocationLimit: How many ended sessions are; see `Revocations`.
    init(limit: Int, revocationLimit: Int) {
        state = Mutex(
            State(entries: RecentValues(limit: limit), revocations: Revocations(limit: revocationLimit)))
    }

    /// Who the token speaks for; nil when it must be checked.
    func identity(of text: String, at now: Timestamp) -> Identity? {
        state.withLock { state in
            guard let entry = state.entries[text], entry.expiry > now.secondsSince1970,
                !state.revocations.cover(entry.identity.session, issuedAt: entry.identity.issuedAt)
            else { return nil }
            return entry.identity
        }
    }

    /// Remembers a good token; returns false, and does not, when its session has ended.
    func insert(_ identity: Identity, of text: String, until expiry: Int64) -> Bool {
        state.withLock { state in
            guard !state.revocations.cover(identity.session, issuedAt: identity.issuedAt) else { return false }
            state.entries[text] = Entry(identity: identity, expiry: expiry)
            return true
        }
    }

    /// Refuses the tokens of these sessions from now on.
    func revoke(_ revocations: some Sequence<Revocation>, at now: Timestamp) {
        state.withLock { state in
            for revocation in revocations { state.revocations.insert(revocation, at: now) }
        }
    }

    /// Whether the tokens of a session that were issued then are refused.
    func isRevoked(_ session: UniqueID, issuedAt: Timestamp) -> Bool {
        state.withLock { $0.revocations.cover(session, issuedAt: issuedAt) }
    }

    /// How often more tokens have come to be refused.
    var revocationCount: Int {
        state.withLock { $0.revocations.count }
    }

    /// How many are remembered, expired ones included.
    var count: Int {
        state.withLock { $0.entries.count }
    }
}
