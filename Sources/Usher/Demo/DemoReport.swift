import Foundation

/// What a run came to, as a text for a person.
struct DemoReport {
    /// E-mails that were written, of those that should be.
    struct Mails: Hashable {
        let written: Int
        let expected: Int
    }

    let customers: Int
    let tally: DemoTally
    /// Nil when the server sends e-mails by SMTP, where the demo cannot count them.
    let mails: Mails?
    let soldPlaces: Int
    let capacity: Int
    let duration: Duration
    let promises: [PromiseCheck]

    /// The most violations of one promise, and failures of customers, that are shown.
    private static let mostDetails = 5

    /// Whether all promises were kept and all customers got their answers and e-mails.
    var isGood: Bool {
        promises.allSatisfy(\.isKept) && tally.failures.isEmpty && mails.map { $0.written == $0.expected } ?? true
    }

    /// The whole report.
    ///
    /// - Parameter width: Columns that a line may fill; longer ones are cut.
    func text(width: Int) -> String {
        let lines = [""] + table(figures) + [""] + table(times) + [""] + verdicts + failures
        return lines.map { String($0.prefix(width)) }.joined(separator: "\n") + "\n"
    }

    private var figures: [(String, String)] {
        [
            ("customers", String(customers)),
            ("holds asked for", String(tally.holdsAsked)),
            ("  held", String(tally.holdsGranted)),
            ("  refused", String(tally.holdsRefused)),
            ("  let go by their customers", String(tally.holdsReleased)),
            ("  left to lapse", String(tally.holdsLeft)),
            ("  gone before they were paid", String(tally.holdsLost)),
            ("bookings", String(tally.bookings.count)),
            ("  confirmed", String(tally.confirmed)),
            ("  failed (card declined)", String(tally.failed)),
            ("e-mails", mails.map { String($0.written) } ?? "not counted: they go out by SMTP"),
            ("places sold", "\(soldPlaces) of \(capacity)"),
            ("seconds", seconds(duration)),
        ]
    }

    private var times: [(String, String)] {
        let columns = ["p50", "p95", "p99"].map { $0.rightAligned(in: Self.timeWidth) }.joined()
        return [
            ("milliseconds", columns),
            ("  hold", percentiles(tally.holdLatencies)),
            ("  booking to confirmed", percentiles(tally.confirmationLatencies)),
        ]
    }

    private var verdicts: [String] {
        var lines = promises.sorted { $0.name < $1.name }.lines(details: Self.mostDetails)
        if let mails, mails.written != mails.expected {
            lines.append("e-mails: \(mails.written) were written, but \(mails.expected) bookings have ended")
        }
        return lines
    }

    private var failures: [String] {
        guard !tally.failures.isEmpty else { return [] }
        return ["\(tally.failures.count) customers could not finish:"] + tally.failures.listed(first: Self.mostDetails)
    }

    /// Labels on the left, values behind them, aligned on the right as numbers are.
    private func table(_ rows: [(String, String)]) -> [String] {
        let labelWidth = rows.map(\.0.count).max() ?? 0
        let numberWidth = rows.map(\.1).filter { $0.allSatisfy(\.isNumberPart) }.map(\.count).max() ?? 0
        return rows.map { "\($0.padded(to: labelWidth))  \($1.rightAligned(in: numberWidth))" }
    }

    private static let timeWidth = 10

    private func percentiles(_ samples: LatencySamples) -> String {
        [50, 95, 99].map { percent in
            let text = samples.percentile(percent).map { String(format: "%.1f", $0 / .milliseconds(1)) } ?? "-"
            return text.rightAligned(in: Self.timeWidth)
        }.joined()
    }

    private func seconds(_ duration: Duration) -> String { String(format: "%.1f", duration / .seconds(1)) }
}

extension Character {
    fileprivate var isNumberPart: Bool { isNumber || self == "." }
}
