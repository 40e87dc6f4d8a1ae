import Booking
import Inventory

/// A ledger whose database went away after the node had taken its shards.
struct UnreachableLedger: Ledger {
    private let away = LedgerError(.unavailable, "away")

    func takeShards(node: String) async -> [Int64] { Array(repeating: 1, count: Shard.count) }

    func commit(_ change: LedgerChange) async throws(LedgerError) { throw away }

    func state(of offering: UniqueID) async throws(LedgerError) -> LedgerState { throw away }

    func bookedHolds(among holds: [HoldID]) async throws(LedgerError) -> Set<HoldID> { throw away }

    func booking(_ id: BookingID) async throws(LedgerError) -> Booking? { throw away }

    func bookings(
        of customer: UniqueID, limit: Int, before: BookingCursor?
    ) async throws(LedgerError) -> [Booking] { throw away }

    func bookings(
        on offering: UniqueID, status: BookingStatus?, after last: UniqueID?, limit: Int
    ) async throws(LedgerError) -> [Booking] { throw away }

    func unfinishedBookings() async throws(LedgerError) -> [Booking] { throw away }

    func unsettledBookings(after last: UniqueID?, limit: Int) async throws(LedgerError) -> [Booking] { throw away }

    func blocks(of offering: UniqueID, epoch: Int64) async throws(LedgerError) -> [Block] { throw away }

    func add(_ block: Block, epoch: Int64) async throws(LedgerError) { throw away }

    func removeBlock(_ removal: BlockRemoval, epoch: Int64) async throws(LedgerError) -> Bool { throw away }

    func history(ofUnit unit: String, on offering: UniqueID, limit: Int) async throws(LedgerError) -> UnitHistory {
        throw away
    }

    func record(_ checkIn: CheckIn) async throws(LedgerError) -> CheckInOutcome { throw away }
}
