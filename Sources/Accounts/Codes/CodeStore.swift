import Booking

/// Where one-time codes are kept: one for each address, whether or not it has an account.
///
/// The addresses without one are kept too, so that all that is done for an address takes the same time.
protocol CodeStore: Sendable {
    /// Keeps a code in place of the address's earlier one, unless that was made less than `interval` ago.
    ///
    /// - Returns: Whether it is kept.
    func replace(by code: StoredCode, interval: Duration) async throws(AccountsError) -> Bool

    /// Counts a try of the address's code.
    ///
    /// - Returns: The hash to compare with; nil when there is no code, it has expired, or its tries are used up.
    func tryCode(of email: String, tries: Int, at now: Timestamp) async throws(AccountsError) -> [UInt8]?

    /// Takes the code away. Of several who try only one succeeds.
    func take(_ hash: [UInt8], of email: String) async throws(AccountsError) -> Bool

    /// Forgets up to `limit` codes that have expired; returns how many.
    func pruneCodes(at now: Timestamp, limit: Int) async throws(AccountsError) -> Int
}

/// A code of which only a keyed hash is known.
struct StoredCode: Sendable {
    let email: String
    let hash: [UInt8]
    let madeAt: Timestamp
    let expiresAt: Timestamp
}
