import Booking
import Inventory

/// What the customers were told, in plain dictionaries: the judge that shares nothing with the engine but its words.
///
/// It is fed with acknowledgements as they reach a customer, and with what the stores did. It never asks the engine.
struct PromiseModel: Sendable {
    /// A hold as its customer knows it.
    struct ToldHold: Sendable {
        enum Standing: Equatable {
            /// It must be there until the deadline.
            case firm
            /// Something is on its way that may have ended it, or a failure that the promise allows may have lost it.
            case unsure
            case released(epoch: Int64)
            case booked(BookingID)
        }

        let id: HoldID
        let customer: UniqueID
        let claims: [Claim]
        var standing = Standing.firm
        /// It is there until then, while it is firm.
        var deadline: Moment
        /// It is gone from then on; nil when a booking may have moved that.
        var end: Moment?
        /// How far both may be off: stores know milliseconds only.
        var slack = Duration.zero
        /// Changes that its customer has asked for, and how many of them have no answer yet.
        var touches = 0
        var unanswered = 0
        /// Whether its booking failed with an open payment, which may buy it at any time.
        var mayBeBought = false

        func isFirm(at now: Moment) -> Bool {
            standing == .firm && unanswered == 0 && !mayBeBought && now + slack < deadline
        }
    }

    /// A booking as its customer knows it.
    struct ToldBooking: Sendable {
        let id: BookingID
        let hold: HoldID
        let customer: UniqueID
    }

    /// What two clocks that write milliseconds may differ by.
    static let storedPrecision = Duration.milliseconds(2)

    var holds: [HoldID: ToldHold] = [:]
    var holdOrder: [HoldID] = []
    var bookings: [BookingID: ToldBooking] = [:]
    var bookingOrder: [BookingID] = []
    /// Bookings whose customers were told that they are cancelled.
    var cancelled: Set<BookingID> = []

    /// Until when the hold store has each hold.
    var backing: [HoldID: Timestamp] = [:]
    /// The holds that were removed from it.
    var removed: Set<HoldID> = []
    /// The newest epoch that has read an offering's holds.
    var openedEpoch: [UniqueID: Int64] = [:]
    var newestEpoch: Int64 = 0

    /// The last booking that a node tried to write for a hold.
    var attempts: [HoldID: (booking: BookingID, node: String)] = [:]
    /// Bookings whose customers were told that they are none, by the node that said so and still has to see to it.
    var refused: [BookingID: String] = [:]

    var stores = StoreReadings()

    /// The command that is being carried out.
    var step = 0
    private(set) var violation: Violation?

    /// Reports a broken promise. The first one counts: others may follow from it.
    mutating func broken(_ promise: BrokenPromise, _ message: String) {
        if violation == nil { violation = Violation(promise: promise, message: message, step: step) }
    }
}

// MARK: - What the stores do

extension PromiseModel {
    /// A node has raised the epochs. What only its predecessor knows is lost from now on.
    mutating func shardsTaken(epoch: Int64) {
        newestEpoch = max(newestEpoch, epoch)
        refused = [:]
        for id in holdOrder {
            loseIfUnbacked(id)
            holds[id]?.slack = Self.storedPrecision
        }
    }

    /// A node has read the holds on an offering: the owner, or the last one while there is no new one yet.
    mutating func opened(_ offering: UniqueID, epoch: Int64) {
        // A node that opens an offering once more had let it go only when there was nothing to lose, or when it was told
        // that it has lost its shards.
        let opened = openedEpoch[offering, default: 0]
        guard epoch > opened || epoch == opened && epoch < newestEpoch else { return }
        openedEpoch[offering] = epoch
        for id in holdOrder where id.offering == offering { loseIfUnbacked(id) }
    }

    /// A node goes on without the holds on an offering, since the hold store is away. This loses them, by design: sales
    /// go on. Nor is there a fence then that keeps its predecessor from granting holds that the new owner never learns of.
    mutating func openedWithoutHolds(_ offering: UniqueID, epoch: Int64) {
        guard epoch >= openedEpoch[offering, default: 0] else { return }
        openedEpoch[offering] = epoch
        backing = backing.filter { $0.key.offering != offering }
        for id in holdOrder where id.offering == offering { doubt(id) }
    }

    mutating func backed(_ hold: HoldID, until deadline: Timestamp) {
        guard !removed.contains(hold) else { return }
        backing[hold] = max(backing[hold] ?? deadline, deadline)
    }

    mutating func removedFromStore(_ hold: HoldID) {
        backing[hold] = nil
        removed.insert(hold)
    }

    mutating func holdStoreFlushed() {
        backing = [:]
        removed = []
    }

    mutating func attempted(_ booking: Booking, by node: String) {
        if booking.status == .queued { attempts[booking.hold] = (booking.id, node) }
        if booking.isPaymentOpen { holds[booking.hold]?.mayBeBought = true }
    }

    mutating func crashed(_ node: String) {
        refused = refused.filter { $0.value != node }
    }

    func isBacked(_ hold: HoldID, until deadline: Moment) -> Bool {
        backing[hold].map { Self.moment($0) + Self.storedPrecision >= deadline } ?? false
    }

    private mutating func loseIfUnbacked(_ id: HoldID) {
        guard let hold = holds[id], !isBacked(id, until: hold.deadline) else { return }
        doubt(id)
    }

    private mutating func doubt(_ id: HoldID) {
        if holds[id]?.standing == .firm { holds[id]?.standing = .unsure }
    }

    /// The moment of a wall-clock time; the simulated clocks have one origin.
    static func moment(_ timestamp: Timestamp) -> Moment {
        let start = ManualClock().timestamp
        return Moment(nanoseconds: (timestamp.millisecondsSince1970 - start.millisecondsSince1970) * 1_000_000)
    }
}
