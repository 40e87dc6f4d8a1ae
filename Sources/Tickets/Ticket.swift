public import Inventory

/// The right to one place of a booking.
public struct Ticket: Hashable, Sendable {
    /// The booking, which names its offering.
    public let booking: BookingID
    /// The place's number among all places of the booking, from 0, in the order of its claims.
    public let place: UInt16

    /// Names a place of a booking.
    public init(booking: BookingID, place: UInt16) {
        self.booking = booking
        self.place = place
    }
}

/// A ticket's text form: base64url (RFC 4648, section 5, without padding) of
///
/// | bytes | |
/// |---|---|
/// | 1 | version, 1 |
/// | 16 | offering |
/// | 16 | booking |
/// | 2 | place, big-endian |
/// | 64 | Ed25519 signature (RFC 8032) of all before it |
enum TicketFormat {
    static let version: UInt8 = 1
    static let signedBytes = 35
    static let signatureBytes = 64
}

extension Ticket {
    /// What is signed.
    var signedBytes: [UInt8] {
        var bytes = [TicketFormat.version]
        bytes.reserveCapacity(TicketFormat.signedBytes + TicketFormat.signatureBytes)
        for half in [booking.offering.high, booking.offering.low, booking.own.high, booking.own.low] {
            bytes.append(bigEndian: half)
        }
        bytes.append(bigEndian: place)
        return bytes
    }

    /// Reads `TicketFormat.signedBytes` bytes.
    init(signedBytes bytes: ArraySlice<UInt8>) throws(TicketError) {
        var rest = bytes
        guard rest.popFirst() == TicketFormat.version else {
            throw TicketError(.unknownVersion, "The ticket has a version that this program does not know; update it")
        }
        let offering = UniqueID(high: rest.removeBigEndian(), low: rest.removeBigEndian())
        let own = UniqueID(high: rest.removeBigEndian(), low: rest.removeBigEndian())
        booking = BookingID(offering: offering, own: own)
        place = rest.removeBigEndian()
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}

extension ArraySlice<UInt8> {
    fileprivate mutating func removeBigEndian<Value: FixedWidthInteger & UnsignedInteger>() -> Value {
        let size = MemoryLayout<Value>.size
        defer { removeFirst(size) }
        return prefix(size).reduce(0) { $0 << 8 | Value($1) }
    }
}
