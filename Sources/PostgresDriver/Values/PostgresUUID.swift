/// A UUID as two big-endian halves.
public struct PostgresUUID: Hashable, Sendable {
    /// The first eight bytes.
    public var high: UInt64

    /// The last eight bytes.
    public var low: UInt64

    /// Makes a UUID of its halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

extension PostgresUUID: CustomStringConvertible {
    /// The UUID as it is usually written, in lower case.
    public var description: String {
        func hexadecimal(_ value: UInt64, digits: Int) -> String {
            let text = String(value, radix: 16)
            return String(repeating: "0", count: digits - text.count) + text
        }
        return [
            hexadecimal(high >> 32, digits: 8), hexadecimal(high >> 16 & 0xffff, digits: 4),
            hexadecimal(high & 0xffff, digits: 4), hexadecimal(low >> 48, digits: 4),
            hexadecimal(low & 0xffff_ffff_ffff, digits: 12),
        ].joined(separator: "-")
    }
}
