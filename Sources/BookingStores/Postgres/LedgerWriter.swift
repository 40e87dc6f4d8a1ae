import Booking
import Inventory
import Logging
import PostgresDriver

/// Writes batches of changes, each batch in one transaction, and finds out the true outcome for each change.
struct LedgerWriter: Sendable {
    typealias Outcome = Result<Void, any Error>

    private static let lookUpTime = Duration.seconds(1)

    let client: PostgresClient
    let clock: any BookingClock
    let logger: Logger

    func write(_ changes: [LedgerChange]) async -> [Outcome] {
        guard !changes.isEmpty else { return [] }
        do {
            let batch = LedgerBatch(changes)
            try await client.transaction(behind: batch.fence, batch.statements())
            return Array(repeating: .success(()), count: changes.count)
        } catch {
            if error.outcomeIsUnknown { return await resolve(changes) }
            // A row that the database refuses must not fail its neighbours.
            if error.code == .server && changes.count > 1 { return await writeHalves(changes) }
            if error.mayMeanRepetition { return [await outcome(ofRefused: changes[0], error)] }
            return Array(repeating: .failure(LedgerError(error)), count: changes.count)
        }
    }

    private func writeHalves(_ changes: [LedgerChange]) async -> [Outcome] {
        let middle = changes.count / 2
        return await write(Array(changes[..<middle])) + write(Array(changes[middle...]))
    }

    /// A caller may repeat a change whose answer it did not get.
    private func outcome(ofRefused change: LedgerChange, _ refusal: PostgresError) async -> Outcome {
        do {
            let present = try await standings(of: [change])
            return change.isWritten(in: present) ? .success(()) : .failure(LedgerError(refusal))
        } catch {
            return .failure(LedgerError(error))
        }
    }

    /// The connection broke after a batch was sent. Looks up what the database has of it and writes the rest, since a
    /// guess either way could sell a place twice or lose a booking. While the database stays away the changes are in
    /// doubt: whoever wants one must write it again, which is safe, and meanwhile others are not kept waiting.
    private func resolve(_ changes: [LedgerChange]) async -> [Outcome] {
        logger.warning("A commit's outcome is not known; looking it up", metadata: [.count: "\(changes.count)"])
        let deadline = clock.now + Self.lookUpTime
        var pause = Duration.milliseconds(50)
        while true {
            do {
                return await writeMissing(changes, present: try await standings(of: changes))
            } catch  where error.code == .closed || error.sqlState == PostgresError.fenced || clock.now >= deadline {
                // One shard that is lost must not take the others' changes with it.
                if error.sqlState == PostgresError.fenced && changes.count > 1 { return await resolveHalves(changes) }
                return Array(repeating: .failure(LedgerError(error)), count: changes.count)
            } catch {
                try? await clock.sleep(until: clock.now + pause)
                pause = min(pause * 2, .seconds(2))
            }
        }
    }

    private func resolveHalves(_ changes: [LedgerChange]) async -> [Outcome] {
        let middle = changes.count / 2
        return await resolve(Array(changes[..<middle])) + resolve(Array(changes[middle...]))
    }

    private func writeMissing(_ changes: [LedgerChange], present: [PostgresUUID: Standing]) async -> [Outcome] {
        var missing = await write(changes.filter { !$0.isWritten(in: present) })[...]
        return changes.map { $0.isWritten(in: present) ? .success(()) : missing.removeFirst() }
    }

    /// Passing the fence first waits for a transaction of ours that may still be ending in the database.
    private func standings(of changes: [LedgerChange]) async throws(PostgresError) -> [PostgresUUID: Standing] {
        let ids = changes.map { PostgresUUID($0.booking.id.own) }
        let rows = try await client.transaction(
            behind: ShardFence(changes, writesEvents: false),
            [PostgresStatement("SELECT id, version, status = 'failed' FROM bookings WHERE id = ANY($1)", [.uuids(ids)])]
        )[0]
        var standings: [PostgresUUID: Standing] = [:]
        for row in rows {
            standings[try row.decode(0)] = Standing(version: try row.decode(1), hasFailed: try row.decode(2))
        }
        return standings
    }
}

/// How a booking stands in the ledger.
private struct Standing {
    let version: Int64
    let hasFailed: Bool
}

extension LedgerChange {
    /// One that claims places is not there if the booking has failed: it has none then.
    fileprivate func isWritten(in present: [PostgresUUID: Standing]) -> Bool {
        guard let standing = present[PostgresUUID(booking.id.own)] else { return false }
        return standing.version >= booking.version && !(takesClaims && standing.hasFailed)
    }
}

extension PostgresError {
    fileprivate static let fenced = "USH01"
    fileprivate static let notAllChanged = "USH02"

    fileprivate var mayMeanRepetition: Bool { isUniqueViolation || sqlState == Self.notAllChanged }
}

extension LedgerError {
    /// Says what a refusal by the database means to a booking.
    init(_ error: PostgresError) {
        switch error.sqlState {
        case PostgresError.fenced:
            self.init(.fenced, "Another node owns the shard", cause: error)
        case PostgresError.notAllChanged:
            self.init(.conflict, "The ledger does not have the booking", cause: error)
        case "23505", "23514":
            self.init(.conflict, "The ledger has a unit claimed already", cause: error)
        // Data that it cannot hold, and limits that are passed: no repetition changes that.
        case let state? where state.hasPrefix("22") || state.hasPrefix("54"):
            self.init(.conflict, "The ledger cannot hold the booking", cause: error)
        default:
            self.init(.unavailable, "The ledger could not be written", cause: error)
        }
    }
}
