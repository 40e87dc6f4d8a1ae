/// A 128-bit identifier, written as a UUID (RFC 9562).
///
/// Usher makes version 7, whose first 48 bits are the time of its making, so that keys made together lie together in an
/// index. Any version is read: a customer's id may come from another service.
public struct UniqueID: Hashable, Sendable {
    /// The first eight bytes, big-endian.
    public let high: UInt64
    /// The last eight bytes, big-endian.
    public let low: UInt64

    /// Makes an id of its two halves.
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Makes a version 7 id (RFC 9562, section 5.7).
    ///
    /// - Parameters:
    ///   - millisecondsSince1970: The wall clock's time; its lowest 48 bits are kept.
    ///   - random: 74 of these 128 bits fill the rest.
    public init(millisecondsSince1970: Int64, random: (UInt64, UInt64)) {
        let time = UInt64(truncatingIfNeeded: millisecondsSince1970) << 16
        high = time | 0x7000 | (random.0 & 0x0FFF)
        low = 0x8000_0000_0000_0000 | (random.1 >> 2)
    }

    /// When a version 7 id was made, by its maker's wall clock.
    public var millisecondsSince1970: Int64 { Int64(high >> 16) }
}

extension UniqueID: Comparable {
    /// Orders as the bytes do, so version 7 ids order by time.
    public static func < (left: Self, right: Self) -> Bool {
        (left.high, left.low) < (right.high, right.low)
    }
}

extension UniqueID: LosslessStringConvertible {
    /// Reads the 36 characters of a UUID, in either case; nil when they are anything else.
    public init?(_ text: String) {
        self.init(text[...])
    }

    /// Reads the 36 characters of a UUID, in either case; nil when they are anything else.
    public init?(_ text: Substring) {
        var halves: (UInt64, UInt64) = (0, 0)
        var length = 0
        for byte in text.utf8 {
            defer { length += 1 }
            switch length {
            case 8, 13, 18, 23:
                guard byte == UInt8(ascii: "-") else { return nil }
            case 0..<36:
                guard let nibble = Self.nibble(byte) else { return nil }
                halves.0 = halves.0 << 4 | halves.1 >> 60
                halves.1 = halves.1 << 4 | nibble
            default:
                return nil
            }
        }
        guard length == 36 else { return nil }
        self.init(high: halves.0, low: halves.1)
    }

    /// The lowercase text of the UUID.
    public var description: String {
        String(unsafeUninitializedCapacity: 36) { buffer in
            var nibbleIndex: UInt64 = 0
            for position in 0..<36 {
                switch position {
                case 8, 13, 18, 23:
                    buffer[position] = UInt8(ascii: "-")
                default:
                    let half = nibbleIndex < 16 ? high : low
                    let nibble = UInt8(half >> (60 - 4 * (nibbleIndex & 15)) & 0xF)
                    buffer[position] = nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
                    nibbleIndex += 1
                }
            }
            return 36
        }
    }

    private static func nibble(_ byte: UInt8) -> UInt64? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(byte - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt64(byte - UInt8(ascii: "A") + 10)
        default: nil
        }
    }
}

/// Names one hold and the offering that it is on, so that it can be routed without a look-up.
public struct HoldID: Hashable, Sendable {
    /// The offering whose inventory knows the hold.
    public let offering: UniqueID
    /// The hold's own id.
    public let own: UniqueID

    /// Joins the offering's id and the hold's own.
    public init(offering: UniqueID, own: UniqueID) {
        self.offering = offering
        self.own = own
    }
}

/// Names one booking and the offering that it is of, so that it can be routed without a look-up.
public struct BookingID: Hashable, Sendable {
    /// The offering whose inventory holds the booking's claims.
    public let offering: UniqueID
    /// The booking's own id, its primary key in the ledger.
    public let own: UniqueID

    /// Joins the offering's id and the booking's own.
    public init(offering: UniqueID, own: UniqueID) {
        self.offering = offering
        self.own = own
    }
}

extension HoldID: LosslessStringConvertible {
    /// Reads `offering.own`, two UUIDs with a dot between; nil when it is anything else.
    public init?(_ text: String) {
        guard let (offering, own) = routedID(text) else { return nil }
        self.init(offering: offering, own: own)
    }

    /// `offering.own`
    public var description: String { "\(offering).\(own)" }
}

extension BookingID: LosslessStringConvertible {
    /// Reads `offering.own`, two UUIDs with a dot between; nil when it is anything else.
    public init?(_ text: String) {
        guard let (offering, own) = routedID(text) else { return nil }
        self.init(offering: offering, own: own)
    }

    /// `offering.own`
    public var description: String { "\(offering).\(own)" }
}

private func routedID(_ text: String) -> (offering: UniqueID, own: UniqueID)? {
    let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 2, let offering = UniqueID(parts[0]), let own = UniqueID(parts[1]) else { return nil }
    return (offering, own)
}
