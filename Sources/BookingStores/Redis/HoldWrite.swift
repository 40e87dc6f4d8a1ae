import Booking
import Inventory
import RedisDriver

/// Changes of holds on one offering, which Redis is to remember together.
struct HoldWrite: Sendable {
    struct Change: Sendable {
        let hold: UniqueID
        /// Empty for a removal.
        let line: String
        let deadline: Timestamp
        /// When Redis may forget even this.
        let keptUntil: Timestamp

        static func put(_ hold: StoredHold, keptUntil: Timestamp) -> Self {
            Self(hold: hold.id.own, line: hold.line, deadline: hold.expiresAt, keptUntil: keptUntil)
        }

        static func removal(of hold: UniqueID, deadline: Timestamp, keptUntil: Timestamp) -> Self {
            Self(hold: hold, line: "", deadline: deadline, keptUntil: keptUntil)
        }
    }

    let offering: UniqueID
    let epoch: Int64
    /// In the order in which they were decided.
    var changes: [Change]
}

extension HoldWrite {
    private struct Target: Hashable {
        let offering: UniqueID
        let epoch: Int64
    }

    /// So that no call keeps Redis from its other work for long.
    private static let changesPerCall = 500

    /// Writes all, with as few calls as there are offerings, which are sent together.
    ///
    /// - Returns: What came of each, in their order.
    static func perform(
        _ writes: [Self], by client: RedisClient, clock: any BookingClock
    ) async -> [Result<Void, any Error>] {
        var calls: [Self] = []
        var callOfTarget: [Target: Int] = [:]
        let callOfWrite = writes.map { write in
            let target = Target(offering: write.offering, epoch: write.epoch)
            if let call = callOfTarget[target],
                calls[call].changes.count + write.changes.count <= Self.changesPerCall
            {
                calls[call].changes += write.changes
                return call
            }
            calls.append(write)
            callOfTarget[target] = calls.count - 1
            return calls.count - 1
        }
        let now = clock.timestamp
        let answers = await client.evaluate(.write, calls: calls.map { $0.call(at: now) })
        return callOfWrite.map { call in
            answers[call].map { _ in }.mapError { HoldStoreError($0) }
        }
    }

    private func call(at now: Timestamp) -> (keys: [String], arguments: [RedisArgument]) {
        let keys = HoldKeys(offering)
        let names = changes.map(\.hold.description)
        let lastKept = changes.map(\.keptUntil).max() ?? now
        var arguments: [RedisArgument] = [
            .integer(epoch), .integer(now.millisecondsSince1970), .integer(lastKept.millisecondsSince1970),
        ]
        arguments.reserveCapacity(3 + 4 * changes.count)
        for (change, name) in zip(changes, names) {
            arguments += [
                .string(change.line), .string(name), .integer(change.deadline.millisecondsSince1970),
                .integer(change.keptUntil.millisecondsSince1970),
            ]
        }
        return ([keys.epoch, keys.deadlines] + names.map(keys.hold), arguments)
    }
}
