import Foundation

/// Compares this machine's clock with a server's. Tokens, tickets, deadlines and sales' windows are judged by clocks.
enum ClockCheck {
    /// - Parameter read: Asks a server for its seconds since 1970.
    static func diagnosis(of server: String, _ read: () async throws -> Double) async throws -> Diagnosis {
        let before = Date().timeIntervalSince1970
        let there = try await read()
        let after = Date().timeIntervalSince1970
        return diagnosis(of: server, difference: there - (before + after) / 2, uncertainty: (after - before) / 2)
    }

    /// - Parameters:
    ///   - difference: By how many seconds the server's clock is ahead.
    ///   - uncertainty: Half of the time that asking took.
    static func diagnosis(of server: String, difference: Double, uncertainty: Double) -> Diagnosis {
        let check = "clock of \(server)"
        let beyondDoubt = max(0, abs(difference) - uncertainty)
        let found = String(format: "%+.3f s to this machine's", difference)
        let advice = "Have both machines keep their time by NTP (chrony or systemd-timesyncd)."
        if beyondDoubt > 5 { return .failed(check, found, advice) }
        return beyondDoubt > 0.25 ? .warning(check, found, advice) : .ok(check, found)
    }
}
