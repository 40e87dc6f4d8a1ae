/// Addresses that begin with the same bits, such as `10.0.0.0/8` (CIDR, RFC 4632).
public struct AddressRange: Hashable, Sendable {
    private let first: IPAddress
    private let mask: IPAddress

    /// Reads `10.0.0.0/8`, `2001:db8::/32`, or one address alone; nil when it is neither, and when bits beyond the
    /// prefix are set, since then something else was meant.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = IPAddress(parts[0]) else { return nil }
        let width = first.isVersion4 ? 32 : 128
        guard let length = parts.count == 2 ? Int(parts[1]) : width, (0...width).contains(length) else { return nil }
        let bits = 128 - width + length
        mask = IPAddress(high: Self.mask(bits), low: Self.mask(bits - 64))
        self.first = first
        guard first.high & ~mask.high == 0, first.low & ~mask.low == 0 else { return nil }
    }

    /// Whether an address begins with the range's bits.
    public func contains(_ address: IPAddress) -> Bool {
        address.high & mask.high == first.high && address.low & mask.low == first.low
    }

    /// So many ones, and zeros after them.
    private static func mask(_ bits: Int) -> UInt64 {
        bits <= 0 ? 0 : .max << UInt64(max(0, 64 - bits))
    }
}
