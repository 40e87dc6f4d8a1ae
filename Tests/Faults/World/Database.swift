import LocalStack

/// Looks into the database, and changes it, behind the engine's back.
struct Database: Sendable {
    let url: String

    /// The rows of a query's answer, each column as text.
    ///
    /// - Throws: What the server said.
    @discardableResult
    func rows(_ sql: String) async throws -> [[String]] {
        let output = try await Command.run([
            "psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--field-separator=\t",
            "--set=ON_ERROR_STOP=1", "--dbname", url, "--command", sql,
        ])
        return output.split(separator: "\n").map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
        }
    }

    func number(_ sql: String) async throws -> Int {
        guard let text = try await rows(sql).first?.first, let number = Int(text) else {
            throw FaultsError("\(sql) gave no number.")
        }
        return number
    }

    /// All bookings, as the checker wants them.
    func bookings() async throws -> [LedgerBooking] {
        try await rows("SELECT offering || '.' || id, offering || '.' || hold, status, version FROM bookings").map {
            LedgerBooking(id: $0[0], hold: $0[1], status: $0[2], version: Int64($0[3]) ?? 0)
        }
    }
}
