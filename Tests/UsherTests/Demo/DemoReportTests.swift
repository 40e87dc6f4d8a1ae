import Foundation
import Testing

@testable import Usher

@Suite struct LatencySamplesTests {
    @Test func `percentiles are exact, by nearest rank`() {
        var samples = LatencySamples()
        for milliseconds in (1...200).shuffled() { samples.add(.milliseconds(milliseconds)) }
        #expect(samples.percentile(50) == .milliseconds(100))
        #expect(samples.percentile(95) == .milliseconds(190))
        #expect(samples.percentile(99) == .milliseconds(198))
        #expect(samples.percentile(100) == .milliseconds(200))
    }

    @Test func `a single sample is every percentile, and no sample is none`() {
        var samples = LatencySamples()
        #expect(samples.percentile(50) == nil)
        samples.add(.seconds(1))
        #expect([1, 50, 99].map { samples.percentile($0) } == [.seconds(1), .seconds(1), .seconds(1)])
    }
}

@Suite struct DemoReportTests {
    @Test func `the report shows every figure and promise`() {
        let text = report().text(width: 80)
        for line in [
            "customers                     3000", "places sold                   5100 of 6700",
            "I1  no place is sold twice  5100 places  kept",
        ] {
            #expect(text.contains(line), "\(text)")
        }
        #expect(text.contains(#/hold +12\.5 +12\.5 +12\.5/#))
        #expect(text.contains(#/booking to confirmed +- +- +-/#))
    }

    @Test func `no line is wider than the terminal`() {
        let promise = PromiseCheck(
            name: "I1", meaning: "m", checked: "1", violations: [String(repeating: "v", count: 200)])
        for width in [20, 80] {
            let lines = report(promises: [promise]).text(width: width).split(separator: "\n")
            #expect(lines.allSatisfy { $0.count <= width })
        }
    }

    @Test func `a broken promise, a missing e-mail or a lost customer is no good run`() {
        let broken = PromiseCheck(name: "I4", meaning: "m", checked: "1", violations: ["charged twice"])
        var lost = DemoTally()
        lost.failures = ["gave up"]
        #expect(report().isGood)
        #expect(report(mails: nil).isGood)
        #expect(!report(promises: [broken]).isGood)
        #expect(!report(mails: DemoReport.Mails(written: 1, expected: 2)).isGood)
        #expect(!report(tally: lost).isGood)
        #expect(report(promises: [broken]).text(width: 80).contains("BROKEN\n    charged twice"))
    }

    @Test func `only the first violations are listed`() {
        let promise = PromiseCheck(
            name: "I1", meaning: "m", checked: "1", violations: (1...8).map { "violation \($0)" })
        let text = report(promises: [promise]).text(width: 80)
        #expect(text.contains("violation 5\n    and 3 more"))
        #expect(!text.contains("violation 6"))
    }

    private func report(
        tally: DemoTally? = nil, mails: DemoReport.Mails? = DemoReport.Mails(written: 2, expected: 2),
        promises: [PromiseCheck] = [
            PromiseCheck(name: "I1", meaning: "no place is sold twice", checked: "5100 places", violations: [])
        ]
    ) -> DemoReport {
        var visits = DemoTally()
        visits.holdLatencies.add(.microseconds(12_500))
        return DemoReport(
            customers: 3_000, tally: tally ?? visits, mails: mails, soldPlaces: 5_100, capacity: 6_700,
            duration: .seconds(9), promises: promises)
    }
}

@Suite struct ProgressBarTests {
    @Test func `the bar grows with the work and never breaks the line`() {
        #expect(ProgressBar.bar(0, "0/4", width: 20) == "[-------------] 0/4")
        #expect(ProgressBar.bar(0.5, "2/4", width: 20) == "[######-------] 2/4")
        #expect(ProgressBar.bar(1, "4/4", width: 20) == "[#############] 4/4")
        for width in 0...120 { #expect(ProgressBar.bar(0.3, "a label", width: width).count == max(width - 1, 0)) }
    }

    @Test func `a terminal too narrow for a bar shows the label alone`() {
        #expect(ProgressBar.bar(0.5, "2/4 customers", width: 10) == "2/4 custo")
    }
}
