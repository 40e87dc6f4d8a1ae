import Glibc

/// An address of the internet. One of version 4 is kept as version 6 maps it, so that both compare alike.
public struct IPAddress: Hashable, Sendable {
    /// The first 64 bits, which name a network of version 6.
    public let high: UInt64
    /// The last 64 bits.
    public let low: UInt64

    /// No address in particular.
    public static let unspecified = IPAddress(high: 0, low: 0)

    /// The addresses of version 4 lie in `::ffff:0:0/96` (RFC 4291, section 2.5.5.2).
    private static let mappedPrefix: UInt64 = 0xFFFF

    /// Makes an address of its bits.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The address in a `sockaddr_in` or a `sockaddr_in6`; nil in any other.
    public init?(socketAddress bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= MemoryLayout<sockaddr_in>.size else { return nil }
        switch Int32(bytes.loadUnaligned(as: sa_family_t.self)) {
        case AF_INET:
            self.init(bytes.loadUnaligned(as: sockaddr_in.self).sin_addr)
        case AF_INET6 where bytes.count >= MemoryLayout<sockaddr_in6>.size:
            self.init(bytes.loadUnaligned(as: sockaddr_in6.self).sin6_addr)
        default:
            return nil
        }
    }

    private init(_ address: in_addr) {
        self.init(high: 0, low: Self.mappedPrefix << 32 | UInt64(UInt32(bigEndian: address.s_addr)))
    }

    private init(_ address: in6_addr) {
        self = withUnsafeBytes(of: address) { bytes in
            IPAddress(
                high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
        }
    }

    /// Reads `192.0.2.1` or `2001:db8::1`; nil for anything else, a name among it.
    public init?(_ text: some StringProtocol) {
        let text = String(text)
        // C would read no further.
        guard !text.utf8.contains(0) else { return nil }
        var (version4, version6) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, text, &version4) == 1 {
            self.init(version4)
        } else if inet_pton(AF_INET6, text, &version6) == 1 {
            self.init(version6)
        } else {
            return nil
        }
    }

    /// Whether it is one of version 4.
    public var isVersion4: Bool { high == 0 && low >> 32 == Self.mappedPrefix }

    /// What one customer of a provider is given: the address itself, or the 64 bits of version 6 that a home or a
    /// machine has at the least (RFC 6177).
    public var subscriber: IPAddress {
        isVersion4 ? self : IPAddress(high: high, low: 0)
    }
}

extension IPAddress {
    /// Whether the internet does not lead there: to this machine, its network, a test or a group (the special-purpose
    /// registries of IANA, RFC 6890). Addresses that carry one of version 4 are judged by that too.
    public var isPrivate: Bool {
        if Self.privateRanges.contains(where: { $0.contains(self) }) { return true }
        guard let carried = carriedVersion4 else { return false }
        return carried.isPrivate
    }

    /// The address of version 4 behind a translator (RFC 6052), or of a 6to4 network (RFC 3056).
    private var carriedVersion4: IPAddress? {
        if high == 0x0064_FF9B_0000_0000 { return Self.version4(UInt32(truncatingIfNeeded: low)) }
        if high >> 48 == 0x2002 { return Self.version4(UInt32(truncatingIfNeeded: high >> 16)) }
        return nil
    }

    private static func version4(_ bits: UInt32) -> IPAddress {
        IPAddress(high: 0, low: mappedPrefix << 32 | UInt64(bits))
    }

    private static let privateRanges = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
        // Addresses of version 4 in the old, compatible form are in the first; local translators' in the second.
        "::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7",
        "fe80::/10", "fec0::/10", "ff00::/8",
    ].compactMap { AddressRange($0) }
}

extension IPAddress: CustomStringConvertible {
    /// The address as it is usually written.
    public var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let written: UnsafePointer<CChar>?
        if isVersion4 {
            var address = in_addr(s_addr: UInt32(truncatingIfNeeded: low).bigEndian)
            written = inet_ntop(AF_INET, &address, &text, socklen_t(text.count))
        } else {
            var bits = (high.bigEndian, low.bigEndian)
            written = inet_ntop(AF_INET6, &bits, &text, socklen_t(text.count))
        }
        return written.map { String(cString: $0) } ?? "?"
    }
}
