/// The promises of the design that a simulated run can break.
public enum BrokenPromise: String, Sendable {
    /// A unit is never claimed beyond its capacity by bookings and live holds together.
    case i1 = "I1"
    /// An acknowledged booking is never lost and reaches an end state.
    case i2 = "I2"
    /// Free, held and booked add up to the capacity in every view.
    case i3 = "I3"
    /// Each charge belongs to one confirmed booking or to one refund.
    case i4 = "I4"
    /// A booking is charged once, however often that is tried. Idempotency keys of requests are not simulated.
    case i5 = "I5"
    /// An acknowledged hold is its customer's alone until its deadline, and gone after it.
    case i6 = "I6"
    /// A booking's events come in order, without gaps; duplicates carry the same id.
    case i7 = "I7"
    /// No write with an old epoch takes effect.
    case i8 = "I8"
}

/// A promise that was broken, and when.
public struct Violation: Hashable, Sendable, CustomStringConvertible {
    /// Which promise.
    public let promise: BrokenPromise
    /// What was seen, and what should have been.
    public let message: String
    /// The command of the schedule after which it was seen, from 1.
    public let step: Int

    /// `I6 after step 12: …`
    public var description: String { "\(promise.rawValue) after step \(step): \(message)" }
}
