/// Waits where there is no event to wait for: the think time of customers, the length of an outage, another process.
enum Pause {
    /// Longer than a poll needs to be, shorter than a person notices.
    private static let poll = Duration.milliseconds(20)

    static func lasting(_ duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }

    /// Asks until it is so.
    ///
    /// - Throws: `FaultsError` when it is not so in time.
    static func until(
        within limit: Duration, _ what: String = "A process did not do what was asked",
        _ isSo: () async throws -> Bool
    ) async throws {
        let end = ContinuousClock.now + limit
        while try await !isSo() {
            guard .now < end else { throw FaultsError("\(what) within \(limit).") }
            try await Task.sleep(for: poll)
        }
    }
}
