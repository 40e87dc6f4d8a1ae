import Booking
import Inventory
import Synchronization

/// Users, sessions and codes that are forgotten when the process ends.
final class InMemoryAccountStore: Sendable {
    struct State {
        var users: [UniqueID: StoredUser] = [:]
        var ids: [String: UniqueID] = [:]
        var sessions: [UniqueID: InMemorySession] = [:]
        var refreshTokens: [[UInt8]: InMemoryRefreshToken] = [:]
        var codes: [String: InMemoryCode] = [:]
    }

    let state = Mutex(State())
}

extension InMemoryAccountStore: UserStore {
    func insert(_ stored: StoredUser) throws(AccountsError) {
        try state.withLock { state throws(AccountsError) in
            guard state.ids[stored.user.email] == nil else { throw .emailTaken }
            state.put(stored)
        }
    }

    func upsert(_ stored: StoredUser) -> User {
        state.withLock { state in
            var stored = stored
            if let old = state.ids[stored.user.email].flatMap({ state.users[$0] })?.user {
                stored.user = User(
                    id: old.id, email: old.email, name: stored.user.name, role: stored.user.role,
                    createdAt: old.createdAt)
            }
            state.put(stored)
            return stored.user
        }
    }

    func find(email: String) -> StoredUser? {
        state.withLock { state in state.ids[email].flatMap { state.users[$0] } }
    }

    func find(id: UniqueID) -> StoredUser? {
        state.withLock { $0.users[id] }
    }

    func update(id: UniqueID, name: String?, email: String?, at now: Timestamp) throws(AccountsError) -> User? {
        try state.withLock { state throws(AccountsError) in
            guard var stored = state.users[id] else { return nil }
            let old = stored.user
            let email = email ?? old.email
            guard [nil, id].contains(state.ids[email]) else { throw .emailTaken }
            stored.user = User(
                id: id, email: email, name: name ?? old.name, role: old.role, createdAt: old.createdAt)
            state.ids[old.email] = nil
            state.put(stored)
            return stored.user
        }
    }
}

extension InMemoryAccountStore.State {
    fileprivate mutating func put(_ stored: StoredUser) {
        users[stored.user.id] = stored
        ids[stored.user.email] = stored.user.id
    }
}
