import Foundation
import NIOCore
import Testing

@testable import UsherLoad

@Suite struct SummaryTests {
    private func result() throws -> RunResult {
        var plan = Plan()
        plan.thresholds = [
            try Threshold(metric: "http_req_duration{name:hold}", expression: "p(99)<50"),
            try Threshold(metric: "checks", expression: "rate>0.99"),
            try Threshold(metric: "http_req_failed", expression: "rate<0.01"),
        ]
        var result = RunResult(plan: plan, world: World(server: try ServerAddress(url: "http://127.0.0.1:1")))
        var times = Trend()
        for milliseconds in 1...200 { times.record(microseconds: UInt64(milliseconds) * 500) }
        let tags = ["scenario": "storm"]
        result.totals.add([
            SeriesKey(metric: Metric.requests, tags: tags.with("name", "hold")): .counter(200),
            SeriesKey(metric: Metric.duration, tags: tags.with("name", "hold").with("expected_response", "true")):
                .trend(times),
            SeriesKey(metric: Metric.requestsFailed, tags: tags): .rate(Rate(passes: 0, total: 200)),
            SeriesKey(metric: Metric.checks, tags: tags.with("check", "held or refused")):
                .rate(Rate(passes: 150, total: 200)),
            SeriesKey(metric: Metric.dataSent, tags: tags): .counter(1_234_567),
            SeriesKey(metric: Metric.status, tags: tags.with("class", "2xx")): .counter(10),
            SeriesKey(metric: Metric.status, tags: tags.with("class", "4xx")): .counter(190),
        ])
        result.seconds = 4
        (result.users, result.usersMax, result.usersRange) = (60, 64, 3...64)
        (result.ownProcessor, result.serverProcessor) = (0.001, 0.004)
        result.loop = LoopMeter.Reading(busy: 0.9, waiting: 0.05)
        result.verdicts = plan.thresholds.map { Verdict($0, result.totals, seconds: 4) }
        return result
    }

    @Test func `The summary has k6's form`() throws {
        let expected = """
                 ✗ held or refused
                  ↳  75% — ✓ 150 / ✗ 50

               ✗ checks............................: 75.00%     ✓ 150      ✗ 50
                 data_sent.........................: 1.2 MB     308.6 kB/s
                 http_req_duration.................: avg=50.25ms  min=500µs    med=50.02ms  max=100ms    p(90)=90.05ms p(95)=95.04ms p(99)=99.01ms
                   { expected_response:true }......: avg=50.25ms  min=500µs    med=50.02ms  max=100ms    p(90)=90.05ms p(95)=95.04ms p(99)=99.01ms
               ✗   { name:hold }...................: avg=50.25ms  min=500µs    med=50.02ms  max=100ms    p(90)=90.05ms p(95)=95.04ms p(99)=99.01ms
               ✓ http_req_failed...................: 0.00%      ✓ 0        ✗ 200
                 http_reqs.........................: 200        50/s
                 http_status.......................: 200        50/s
                   { class:2xx }...................: 10         2.5/s
                   { class:4xx }...................: 190        47.5/s
                 vus...............................: 60         min=3      max=64
                 vus_max...........................: 64         min=64     max=64

                 cpu usher-load....................: 0% of a core 5µs a request
                 cpu server........................: 0.1% of a core 20µs a request
                 usher-load took 25.00% of the server's processor time
                 in the worst second an event loop ran for 90.00%, and waited for a processor for 5.00%

            WARN  usher-load was itself the limit: an event loop was busy for 90.00% of a second; use more --threads

            ERROR thresholds have been crossed:
                  http_req_duration{name:hold}: p(99)<50 (99.007)
                  checks: rate>0.99 (0.75)

            """
        let lines = Summary(try result()).text.split(separator: "\n", omittingEmptySubsequences: false)
        let expectedLines = expected.split(separator: "\n", omittingEmptySubsequences: false)
        for (line, expected) in zip(lines, expectedLines) { #expect(line == expected) }
        #expect(lines.count == expectedLines.count)
    }

    @Test func `A crossed threshold ends with 99, a stopped run with 105, a good one with nothing`() throws {
        var result = try result()
        #expect(result.exitStatus == 99)
        result.verdicts.removeAll { !$0.isKept }
        #expect(result.exitStatus == nil)
        result.wasStopped = true
        #expect(result.exitStatus == 105)
    }

    @Test func `The exported summary has k6's fields, and true for what was crossed`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "summary-\(UUID()).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try SummaryExport(path: file.path).finish(try result())
        let document = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
        let metrics = try #require(document["metrics"] as? [String: [String: Any]])
        #expect(metrics["http_req_duration{name:hold}"]?["max"] as? Double == 100)
        #expect(metrics["http_req_duration{name:hold}"]?["thresholds"] as? [String: Bool] == ["p(99)<50": true])
        #expect(metrics["http_req_failed"]?["thresholds"] as? [String: Bool] == ["rate<0.01": false])
        #expect(metrics["http_reqs"]?["rate"] as? Double == 50)
        #expect(metrics["vus"]?["min"] as? Int == 3)
        let group = try #require(document["root_group"] as? [String: Any])
        let checks = try #require(group["checks"] as? [String: [String: Any]])
        #expect(checks["held or refused"]?["fails"] as? Int == 50)
        #expect((document["usher_load"] as? [String: Any])?["cpu_us_per_request"] as? Double == 5)
    }
}
