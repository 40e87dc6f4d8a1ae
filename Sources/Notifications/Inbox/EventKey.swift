/// What tells an event from all others: CloudEvents' `source` and `id` (specification 1.0, section 3.1).
public struct EventKey: Hashable, Sendable, CustomStringConvertible {
    /// Bytes in a source or an id: two of them fit well into an index's row.
    private static let longestPart = 256

    /// The source and the id with a space between; a source is a URI and has none.
    public let description: String

    /// Joins the two; nil when one is empty, longer than 256 bytes, or has a control character, which no store takes.
    public init?(source: String, id: String) {
        guard Self.isAllowed(source), !source.contains(" "), Self.isAllowed(id) else { return nil }
        description = "\(source) \(id)"
    }

    private static func isAllowed(_ part: String) -> Bool {
        (1...longestPart).contains(part.utf8.count) && part.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
