import Booking
import Synchronization

struct InMemoryCode {
    let code: StoredCode
    var tries = 0
}

extension InMemoryAccountStore: CodeStore {
    func replace(by code: StoredCode, interval: Duration) -> Bool {
        state.withLock { state in
            if let old = state.codes[code.email], code.madeAt - old.code.madeAt < interval { return false }
            state.codes[code.email] = InMemoryCode(code: code)
            return true
        }
    }

    func tryCode(of email: String, tries: Int, at now: Timestamp) -> [UInt8]? {
        state.withLock { state in
            guard let kept = state.codes[email], kept.tries < tries, kept.code.expiresAt > now else { return nil }
            state.codes[email]?.tries += 1
            return kept.code.hash
        }
    }

    func take(_ hash: [UInt8], of email: String) -> Bool {
        state.withLock { state in
            guard state.codes[email]?.code.hash == hash else { return false }
            state.codes[email] = nil
            return true
        }
    }

    func pruneCodes(at now: Timestamp, limit: Int) -> Int {
        state.withLock { state in
            state.codes = state.codes.filter { $0.value.code.expiresAt > now }
            return 0
        }
    }
}
