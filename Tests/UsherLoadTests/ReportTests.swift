import Foundation
import NIOCore
import Testing

@testable import UsherLoad

@Suite struct ReportTests {
    private func page(_ plan: Plan, _ fill: (inout RunResult) -> Void = { _ in }) throws -> String {
        var result = RunResult(plan: plan, world: World(server: try ServerAddress(url: "http://127.0.0.1:1")))
        fill(&result)
        let file = FileManager.default.temporaryDirectory.appending(path: "report-\(UUID()).html")
        defer { try? FileManager.default.removeItem(at: file) }
        try HTMLReport(path: file.path).finish(result)
        return try String(contentsOf: file, encoding: .utf8)
    }

    @Test func `Whatever is in a name, the page has it as text`() throws {
        var plan = Plan()
        plan.description = "<script>alert('1')</script>"
        plan.scenarios = [
            ScenarioPlan(name: "\"><img src=x>", executor: .constantVUs(vus: 1, duration: .seconds(1)), exec: "hold")
        ]
        let page = try page(plan) {
            $0.firstError = "<b>broken</b>"
            $0.totals.add([SeriesKey(metric: Metric.checks, tags: ["check": "a<b&c"]): .rate(Rate(passes: 1, total: 1))]
            )
        }
        for raw in ["<script", "<img", "<b>broken", "a<b"] { #expect(!page.contains(raw)) }
        #expect(page.contains("a&lt;b&amp;c"))
    }

    @Test func `The seats show how often they were wanted, and what they are`() throws {
        let event = Event(id: "e", rows: 2, seatsPerRow: 3)
        let html = SeatFindings(
            event: event, wishes: [0, 5, 1, 0, 0, 0],
            states: ["available", "booked", "held", "available", "available", "new"]
        ).html
        #expect(html.contains("<path class=\"heat-5\" d=\"M11 1h8v8h-8z\"/>"))
        #expect(html.contains("<path class=\"heat-1\" d=\"M21 1h8v8h-8z\"/>"))
        #expect(html.contains("<path class=\"seat-booked\" d=\"M11 1h8v8h-8z\"/>"))
        #expect(html.contains("<path class=\"seat-unknown\" d=\"M21 11h8v8h-8z\"/>"))
        #expect(html.contains("<tr><td>STALLS-1-2</td><td>5</td><td>booked</td></tr>"))
    }

    @Test func `A long run has no more points than a curve can show, and loses no request`() {
        var timeline = Timeline()
        for second in 1...2000 {
            timeline.add(
                Second(
                    time: Double(second), length: 1,
                    series: [SeriesKey(metric: Metric.requests, tags: [:]): .counter(3)], activeUsers: 1, users: 1,
                    loop: LoopMeter.Reading()))
        }
        #expect(timeline.moments.count <= 600)
        #expect(timeline.moments.reduce(0) { $0 + $1.requests } == 6000)
        #expect(timeline.moments.last?.time == 2000)
    }

    @Test(arguments: [(0.03, 0.05), (1.0, 1), (1.1, 2), (2.3, 2.5), (700, 1000)])
    func `An axis ends with a plain number`(most: Double, end: Double) {
        #expect(abs(Chart.roundedUp(most) - end) < 1e-9)
    }

    @Test func `Every scenario that comes with the program can be read`() throws {
        for name in ShippedScenarios.names {
            let plan = try PlanReader.read(try #require(ShippedScenarios.yaml(name)), file: name)
            #expect(!plan.description.isEmpty)
            #expect(!plan.thresholds.isEmpty)
        }
    }
}
