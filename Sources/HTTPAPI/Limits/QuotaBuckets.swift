/// Whose quota for what.
struct QuotaKey: Hashable, Sendable {
    enum Subject: UInt8 {
        case address, user
    }

    let subject: Subject
    let lane: RateLimitLane
    /// The address's or the user's bits.
    let high: UInt64
    let low: UInt64
}

/// What a quota says to one request.
struct QuotaReading: Sendable {
    let isAdmitted: Bool
    /// Further requests that would be admitted now.
    let remaining: Int
    /// Nanoseconds until another request is admitted; 0 when one is now.
    let wait: Int64
    /// Nanoseconds until the quota is whole again.
    let untilWhole: Int64
    /// Whether there is something new to tell the other nodes.
    var isReportDue = false
}

/// The quotas that a node has seen used of late.
///
/// Each is one moment, at which it will be whole again: a request moves it on by what the request costs, and is refused
/// when it would come to lie further ahead than a whole quota (GCRA, ITU-T I.371). One that is whole is as good as
/// forgotten, so there are two generations: when the recent one is full, the older one is dropped. That bounds the
/// memory, without ever looking for what to drop; a client that comes back after many thousands of others begins anew.
struct QuotaBuckets {
    private struct Bucket {
        var whole: Int64
        /// Requests of which the other nodes do not know.
        var unreported = 0
        var firstUnreported: Int64 = 0
    }

    struct Spending {
        let key: QuotaKey
        let cost: Int64
        let age: Int64
    }

    private let generationSize: Int
    private var recent: [QuotaKey: Bucket] = [:]
    private var older: [QuotaKey: Bucket] = [:]
    /// What is to be reported, each at most once. Those that were dropped meanwhile are passed over.
    private var reportable: [QuotaKey] = []

    /// - Parameter capacity: The most quotas that are remembered.
    init(capacity: Int) {
        generationSize = max(1, capacity / 2)
    }

    var count: Int { recent.count + older.count }

    /// Spends one request, if the quota has one.
    ///
    /// - Parameter now: Nanoseconds of a monotonic clock.
    mutating func spend(_ key: QuotaKey, of limit: RateLimit, at now: Int64) -> QuotaReading {
        var bucket = bucket(key) ?? Bucket(whole: now)
        let whole = max(bucket.whole, now) + limit.cost
        let excess = whole - now - limit.capacity
        guard excess <= 0 else {
            // Who is refused again and again must not be forgotten meanwhile.
            keep(bucket, key)
            return QuotaReading(isAdmitted: false, remaining: 0, wait: excess, untilWhole: bucket.whole - now)
        }
        bucket.whole = whole
        if bucket.unreported == 0 { bucket.firstUnreported = now }
        bucket.unreported += 1
        // Only the request that comes to this number calls for a report; it will tell of later ones too.
        let isReportDue = bucket.unreported == limit.requestsPerReport && reportable.count < generationSize
        if isReportDue { reportable.append(key) }
        keep(bucket, key)
        let remaining = -excess / limit.cost
        return QuotaReading(
            isAdmitted: true, remaining: Int(remaining), wait: remaining > 0 ? 0 : excess + limit.cost,
            untilWhole: whole - now, isReportDue: isReportDue)
    }

    /// What the other nodes are to be told, as much at a time as is good for one message. It counts as told.
    mutating func takeReports(limit: Int, at now: Int64, costOf cost: (QuotaKey) -> Int64?) -> [Spending] {
        let keys = reportable.prefix(limit)
        reportable.removeFirst(keys.count)
        return keys.compactMap { key in
            guard var bucket = bucket(key), bucket.unreported > 0, let cost = cost(key) else { return nil }
            let spending = Spending(
                key: key, cost: cost * Int64(bucket.unreported), age: now - bucket.firstUnreported)
            bucket.unreported = 0
            keep(bucket, key)
            return spending
        }
    }

    /// Takes in when a quota will be whole by what all nodes have told; what this one has not told comes on top.
    mutating func learn(_ key: QuotaKey, untilWhole: Int64, cost: Int64, at now: Int64) {
        guard var bucket = bucket(key) else { return }
        bucket.whole = max(bucket.whole, now + untilWhole + cost * Int64(bucket.unreported))
        keep(bucket, key)
    }

    private func bucket(_ key: QuotaKey) -> Bucket? {
        recent[key] ?? older[key]
    }

    private mutating func keep(_ bucket: Bucket, _ key: QuotaKey) {
        recent[key] = bucket
        if recent.count >= generationSize {
            older = recent
            recent = [:]
        }
    }
}
