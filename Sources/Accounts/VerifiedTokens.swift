import Booking
import Synchronization

/// Remembers tokens that were found good, until they expire; to look one up costs a hash of its text.
///
/// Two generations bound it without a sweep: when the younger is half of the limit, it becomes the older, and the older
/// is forgotten. A token in use is found in the older and moved to the younger, so only idle ones go.
final class VerifiedTokens: Sendable {
    private struct Entry {
        let identity: Identity
        /// Seconds since 1970.
        let expiry: Int64
    }

    private struct State {
        var younger: [String: Entry] = [:]
        var older: [String: Entry] = [:]
    }

    private let generationLimit: Int
    private let state = Mutex(State())

    init(limit: Int) {
        generationLimit = limit / 2
    }

    /// Who the token speaks for; nil when it must be checked.
    func identity(of text: String, at now: Timestamp) -> Identity? {
        let entry = state.withLock { state -> Entry? in
            if let entry = state.younger[text] { return entry }
            guard let entry = state.older.removeValue(forKey: text) else { return nil }
            put(entry, for: text, in: &state)
            return entry
        }
        guard let entry, entry.expiry > now.millisecondsSince1970 / 1_000 else { return nil }
        return entry.identity
    }

    func insert(_ identity: Identity, of text: String, until expiry: Int64) {
        state.withLock { put(Entry(identity: identity, expiry: expiry), for: text, in: &$0) }
    }

    /// How many are remembered, expired ones included.
    var count: Int {
        state.withLock { $0.younger.count + $0.older.count }
    }

    private func put(_ entry: Entry, for text: String, in state: inout State) {
        guard generationLimit > 0 else { return }
        if state.younger.count >= generationLimit {
            swap(&state.younger, &state.older)
            state.younger.removeAll(keepingCapacity: true)
        }
        state.younger[text] = entry
    }
}
