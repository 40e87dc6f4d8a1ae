import Testing

@testable import HTTPAPI

@Suite("Quotas in memory")
struct QuotaBucketsTests {
    private static let second: Int64 = 1_000_000_000
    private let limit = RateLimit("10/5")!
    private var buckets = QuotaBuckets(capacity: 1_000)

    private func key(_ id: UInt64, _ lane: RateLimitLane = .sales) -> QuotaKey {
        QuotaKey(subject: .user, lane: lane, high: 0, low: id)
    }

    private mutating func spend(_ count: Int, _ id: UInt64 = 1, at now: Int64) -> [Bool] {
        (0..<count).map { _ in buckets.spend(key(id), of: limit, at: now).isAdmitted }
    }

    @Test(arguments: ["", "/", "1", "1/", "/1", "0/1", "1/0", "-1/1", "1/1/1", "1/86401", "10000001/1", "a/b"])
    func `what is no limit is none`(text: String) {
        #expect(RateLimit(text) == nil)
    }

    @Test mutating func `a whole quota can be used at once, and no more`() {
        #expect(spend(12, at: 7) == Array(repeating: true, count: 10) + [false, false])
    }

    @Test mutating func `a quota grows back evenly, and never beyond itself`() {
        _ = spend(10, at: 0)
        #expect(spend(1, at: Self.second / 2 - 1) == [false])
        #expect(spend(2, at: Self.second / 2) == [true, false])
        #expect(spend(12, at: 1_000 * Self.second).count { $0 } == 10)
    }

    @Test mutating func `who is refused pays nothing for it`() {
        _ = spend(1_000, at: 0)
        #expect(spend(12, at: 5 * Self.second).count { $0 } == 10)
    }

    @Test mutating func `a reading says what is left, and when there will be more`() {
        var readings = (0..<11).map { _ in buckets.spend(key(1), of: limit, at: 0) }
        #expect(readings.map(\.remaining) == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0])
        #expect(readings.map(\.wait).dropLast(2) == Array(repeating: 0, count: 9)[...])
        #expect(readings.map(\.wait).suffix(2) == [Self.second / 2, Self.second / 2])
        #expect(readings.last?.untilWhole == 5 * Self.second)
        readings = [buckets.spend(key(1), of: limit, at: 4 * Self.second)]
        #expect(readings.first?.remaining == 7)
    }

    @Test mutating func `clients and lanes have quotas of their own`() {
        _ = spend(10, 1, at: 0)
        #expect(spend(1, 2, at: 0) == [true])
        #expect(buckets.spend(key(1, .reads), of: limit, at: 0).isAdmitted)
        #expect(!buckets.spend(key(1), of: limit, at: 0).isAdmitted)
    }

    @Test mutating func `a quarter of a quota is reported at a time, once`() {
        let due = (0..<5).map { buckets.spend(key(1), of: limit, at: Int64($0)).isReportDue }
        #expect(due == [false, true, false, false, false])
        let reports = buckets.takeReports(limit: 10, at: 100) { _ in limit.cost }
        #expect(reports.map(\.cost) == [5 * limit.cost])
        #expect(reports.map(\.age) == [100])
        #expect(buckets.takeReports(limit: 10, at: 100) { _ in limit.cost }.isEmpty)
    }

    @Test mutating func `what the other nodes have spent is gone here too`() {
        _ = spend(2, at: 0)
        _ = buckets.takeReports(limit: 10, at: 0) { _ in limit.cost }
        _ = spend(1, at: 0)
        buckets.learn(key(1), untilWhole: 8 * limit.cost, cost: limit.cost, at: 0)
        #expect(spend(3, at: 0) == [true, false, false])
    }

    @Test mutating func `old news takes back nothing`() {
        _ = spend(10, at: 0)
        buckets.learn(key(1), untilWhole: 0, cost: limit.cost, at: 0)
        #expect(spend(1, at: 0) == [false])
    }

    @Test mutating func `memory is bounded, and who came lately is remembered`() {
        for id in 0..<100_000 {
            _ = spend(1, UInt64(id), at: 0)
            if id.isMultiple(of: 400) { _ = spend(10, .max, at: 0) }
        }
        #expect(buckets.count <= 1_000)
        #expect(spend(1, .max, at: 0) == [false])
    }
}
