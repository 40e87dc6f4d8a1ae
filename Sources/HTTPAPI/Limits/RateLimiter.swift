import Addresses
import Booking
import Inventory
import Logging
import ServiceLifecycle
import Synchronization

/// Counts what clients ask for, and refuses those who ask for too much.
///
/// Each node decides by what is in its memory, and tells the others of a quota whenever a quarter of it was spent; no
/// request waits for that. So N nodes together grant a client N quarters of a quota beyond its own at the most, and what
/// it can send within one message's time; it pays for both by waiting longer. While the shared quotas are away, each
/// node grants a whole quota.
final class RateLimiter: Service {
    /// A hundred bytes each.
    private static let rememberedQuotas = 200_000
    private static let reportsPerMessage = 500

    private let lanes: [LanePolicy]
    private let shared: (any SharedQuotas)?
    private let clock: any BookingClock
    private let logger: Logger
    private let buckets = Mutex(QuotaBuckets(capacity: rememberedQuotas))
    /// Whether the others heard the last message.
    private let isShared = Atomic(true)
    /// One element when there is something to report.
    private let reports = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    /// - Parameter shared: By what the nodes tell each other; nil for a node without others.
    init(limits: RateLimits, shared: (any SharedQuotas)?, clock: any BookingClock, logger: Logger) {
        lanes = RateLimitLane.allCases.map { LanePolicy($0, limits) }
        self.shared = shared
        self.clock = clock
        self.logger = logger
    }

    /// Counts a request for its address.
    ///
    /// - Throws: `rate_limited`.
    func admit(_ address: IPAddress, to lane: RateLimitLane) throws(Problem) -> QuotaUse {
        var use = QuotaUse(lanes[Int(lane.rawValue)])
        guard let limit = use.policy.address else { return use }
        let subscriber = address.subscriber
        let reading = spend(
            QuotaKey(subject: .address, lane: lane, high: subscriber.high, low: subscriber.low), of: limit)
        use.address = reading
        guard reading.isAdmitted else { throw use.refusal("this address", wait: reading.wait) }
        return use
    }

    /// Counts a request for the user who turned out to have sent it.
    ///
    /// - Throws: `rate_limited`.
    func admit(_ user: UniqueID, to use: inout QuotaUse) throws(Problem) {
        guard let limit = use.policy.user else { return }
        let reading = spend(QuotaKey(subject: .user, lane: use.policy.lane, high: user.high, low: user.low), of: limit)
        use.user = reading
        guard reading.isAdmitted else { throw use.refusal("this user", wait: reading.wait) }
    }

    private func spend(_ key: QuotaKey, of limit: RateLimit) -> QuotaReading {
        let now = clock.now.nanoseconds
        let reading = buckets.withLock { $0.spend(key, of: limit, at: now) }
        if reading.isReportDue { reports.continuation.yield() }
        return reading
    }

    /// Tells the other nodes what is to be told, until the service group shuts down.
    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            for await _ in reports.stream { await tell() }
        }
    }

    /// Tells it one message at a time. What cannot be told is forgotten: it would be out of date when it could be.
    func tell() async {
        guard let shared else { return }
        while let batch = takeReports() {
            do {
                let waits = try await shared.spend(batch.map(QuotaSpending.init))
                learn(zip(batch, waits))
                isShared.store(true, ordering: .relaxed)
            } catch {
                if isShared.exchange(false, ordering: .relaxed) {
                    logger.warning("This node limits clients on its own account", metadata: [.error: "\(error)"])
                }
            }
        }
    }

    private func takeReports() -> [QuotaBuckets.Spending]? {
        let now = clock.now.nanoseconds
        let batch = buckets.withLock { buckets in
            buckets.takeReports(limit: Self.reportsPerMessage, at: now) { limit(of: $0)?.cost }
        }
        return batch.isEmpty ? nil : batch
    }

    private func learn(_ news: some Sequence<(QuotaBuckets.Spending, Duration)>) {
        let now = clock.now.nanoseconds
        buckets.withLock { buckets in
            for (spending, wait) in news {
                buckets.learn(
                    spending.key, untilWhole: Int64(wait / .nanoseconds(1)), cost: limit(of: spending.key)?.cost ?? 0,
                    at: now)
            }
        }
    }

    private func limit(of key: QuotaKey) -> RateLimit? {
        let policy = lanes[Int(key.lane.rawValue)]
        return key.subject == .address ? policy.address : policy.user
    }
}

extension QuotaSpending {
    fileprivate init(_ spending: QuotaBuckets.Spending) {
        self.init(
            key: spending.key.name, cost: .nanoseconds(spending.cost), age: .nanoseconds(spending.age))
    }
}

extension QuotaKey {
    /// As the other nodes know it: `login-address:2001:db8::`.
    fileprivate var name: String {
        switch subject {
        case .address: "\(lane)-address:\(IPAddress(high: high, low: low))"
        case .user: "\(lane)-user:\(UniqueID(high: high, low: low))"
        }
    }
}
