import Booking
import HTTPTypes
import Synchronization

/// The requests with an idempotency key that this process works on, each key at most once at a time.
final class RunningRequests: Sendable {
    private let fingerprints = Mutex<[IdempotencyKey: String]>([:])
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Lets a request begin, or throws the problem that keeps it from it. Who began must end.
    func begin(_ key: IdempotencyKey, fingerprint: String) throws(Problem) {
        let obstacle: Problem? = fingerprints.withLock { fingerprints in
            if let running = fingerprints[key] { return running == fingerprint ? .keyInUse : .keyReused }
            guard fingerprints.count < limit else { return .tooManyRunning }
            fingerprints[key] = fingerprint
            return nil
        }
        if let obstacle { throw obstacle }
    }

    func end(_ key: IdempotencyKey) {
        fingerprints.withLock { _ = $0.removeValue(forKey: key) }
    }
}

extension Problem {
    static var keyInUse: Problem {
        var problem = Problem(
            .conflict, "idempotency_key_in_use", "The first request with this `Idempotency-Key` is still at work.")
        problem.retry(after: .seconds(1))
        return problem
    }

    static var keyReused: Problem {
        Problem(
            .unprocessableContent, "idempotency_key_reused",
            "This `Idempotency-Key` belongs to another request: take a new one for a new request.")
    }

    fileprivate static var tooManyRunning: Problem {
        var problem = Problem(
            .serviceUnavailable, "overloaded", "Too many requests with an `Idempotency-Key` are at work; try again.")
        problem.retry(after: .seconds(1))
        return problem
    }
}
