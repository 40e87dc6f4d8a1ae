import Foundation
import LocalStack

/// One kind of misfortune, and what must hold through it.
struct Scenario: Sendable {
    let name: String
    let summary: String
    /// Whether `make test` runs it too.
    var isShort = false
    /// How long customers come.
    var duration = Duration.seconds(12)
    /// Whether payments go to the gateway's double, rather than to the one that Usher simulates.
    var usesGateway = false
    var cards = Cards.simulated
    /// Whether Redis may have missed that holds were let go. It has them until their deadlines, and nobody else does.
    var leavesHoldsBehind = false
    /// Whether the broker loses events that it has acknowledged.
    var losesEvents = false
    /// Whether PostgreSQL is on a small disk.
    var hasSmallDisk = false
    /// What happens to the world while they do.
    let faults: @Sendable (Sale) async throws -> Void

    enum Cards {
        static let simulated = [
            "tok_visa", "tok_visa", "tok_visa", "tok_visa", "tok_slow_300", "tok_chargeDeclined",
        ]
        /// Charged without an answer; charged long after the booking has failed.
        static let late = ["tok_visa", "tok_visa", "tok_timeout", "tok_late_1500", "tok_late_9000"]
    }
}

/// Why a scenario cannot be run here.
struct Skipped: Error {
    let reason: String
}

/// What came of a scenario.
struct Report: Sendable {
    let scenario: String
    let seed: UInt64
    var operations = 0
    var unanswered = 0
    var bookings = 0
    var faults: [String] = []
    var outages: [String] = []
    var recoveries: [Duration?] = []
    var violations: [String] = []
    var undecided = 0
    var skipped: String?
    /// Where the servers' logs are kept; nil when nobody needs them.
    var logs: URL?
    var duration = Duration.zero

    var isGood: Bool { violations.isEmpty }

    /// - Parameter details: The most violations that are shown.
    func text(details: Int = 12) -> String {
        if let skipped { return "\(scenario): skipped, \(skipped)" }
        let recovery = recoveries.map { $0?.text ?? "never" }.joined(separator: ", ")
        var lines = [
            "\(scenario) (--seed \(seed), \(duration.text))",
            "    \(operations) operations, \(unanswered) without an answer, \(bookings) bookings",
        ]
        lines += faults.map { "    fault     \($0)" }
        lines += outages.map { "    outage    \($0)" }
        if !recoveries.isEmpty { lines.append("    recovery  \(recovery)") }
        if undecided > 0 { lines.append("    undecided \(undecided) seats") }
        lines.append("    \(violations.isEmpty ? "no violations" : "VIOLATIONS \(violations.count)")")
        lines += violations.prefix(details).map { "        \($0)" }
        if let logs { lines.append("    logs      \(logs.path)") }
        return lines.joined(separator: "\n")
    }
}
