import NIOCore
import Testing

@testable import UsherLoad

@Suite struct ThresholdTests {
    private static let totals: Totals = {
        var totals = Totals()
        var fast = Trend()
        var slow = Trend()
        for milliseconds in 1...100 { fast.record(microseconds: UInt64(milliseconds) * 1000) }
        for _ in 1...100 { slow.record(microseconds: 1_000_000) }
        totals.add([
            SeriesKey(metric: Metric.duration, tags: ["name": "hold", "scenario": "a"]): .trend(fast),
            SeriesKey(metric: Metric.duration, tags: ["name": "book", "scenario": "a"]): .trend(slow),
            SeriesKey(metric: "holds", tags: ["scenario": "a"]): .counter(30),
            SeriesKey(metric: Metric.checks, tags: ["check": "x"]): .rate(Rate(passes: 99, total: 100)),
        ])
        totals.add([SeriesKey(metric: "holds", tags: ["scenario": "b"]): .counter(10)])
        return totals
    }()

    @Test(arguments: [
        ("http_req_duration{name:hold}", "p(99)<=99.1", true), ("http_req_duration{name:hold}", "p(99)<98", false),
        ("http_req_duration{ name : hold , scenario:a}", "avg<50.6", true), ("http_req_duration", "max<1000", false),
        ("http_req_duration", "max<=1000", true), ("http_req_duration", "min==1", true),
        ("http_req_duration{name:book}", "med > 999", true), ("holds", "count==40", true),
        ("holds{scenario:a}", "count>=31", false), ("holds", "rate>3.9", true), ("holds", "rate!=4", false),
        ("checks", "rate>=0.99", true), ("checks", "rate>0.99", false), ("http_req_duration", "p(99.9)===1000", true),
    ])
    func `A threshold is kept or crossed`(metric: String, expression: String, isKept: Bool) throws {
        let verdict = Verdict(try Threshold(metric: metric, expression: expression), Self.totals, seconds: 10)
        #expect(verdict.isKept == isKept, "\(verdict)")
    }

    @Test func `What never happened has a count of zero, and crosses everything else`() throws {
        func isKept(_ expression: String) throws -> Bool {
            Verdict(try Threshold(metric: "nothing", expression: expression), Self.totals, seconds: 1).isKept
        }
        #expect(try isKept("count<1"))
        #expect(try !isKept("count>0"))
        #expect(try !isKept("p(99)<50"))
        #expect(try !isKept("rate<0.5"))
    }

    @Test(arguments: [
        "", "<5", "p99<5", "p(x)<5", "avg", "avg<", "avg<five", "avg=5", "p(99)<50ms", "avg<inf", "avg<5 or max<9",
    ])
    func `What is no threshold is refused`(expression: String) {
        #expect(throws: PlanError.self) { try Threshold(metric: "checks", expression: expression) }
    }
}
