/// What a seat is, in 32 bits: free, sold, off sale, or held by the reservation in a slot.
struct SeatState: Hashable, Sendable {
    static let free = SeatState(code: 0)
    static let booked = SeatState(code: .max)
    static let blocked = SeatState(code: .max - 1)

    private let code: UInt32

    private init(code: UInt32) { self.code = code }

    static func held(slot: Int) -> SeatState { SeatState(code: UInt32(slot) + 1) }

    /// The slot of the reservation that holds the seat.
    var holder: Int? { code == 0 || code >= UInt32.max - 1 ? nil : Int(code) - 1 }
}
