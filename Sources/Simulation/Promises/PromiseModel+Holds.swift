import Booking
import Inventory

/// I6: a hold is its customer's alone until its deadline, and gone after it. (That nobody else has its places is I1.)
extension PromiseModel {
    /// What was known of a hold when its customer asked for it.
    struct Look: Sendable {
        let hold: HoldID
        let customer: UniqueID
        let askedAt: Moment
        let touches: Int
        let wasFirm: Bool
        let askedOwner: Bool
    }

    /// A customer was granted a hold.
    ///
    /// - Parameter epoch: The epoch of the node that granted it.
    mutating func granted(_ hold: Hold, to customer: UniqueID, epoch: Int64, askedAt: Moment, at now: Moment) {
        let (deadline, slack) = Self.deadline(of: hold, askedAt: askedAt, answeredAt: now)
        var told = ToldHold(
            id: hold.id, customer: customer, claims: hold.claims, deadline: deadline, end: deadline, slack: slack)
        // A node that has lost its shard without knowing can promise only what the hold store still let it write.
        if epoch < newestEpoch {
            told.slack = Self.storedPrecision
            let isKnown = isBacked(hold.id, until: deadline) && epoch >= openedEpoch[hold.id.offering, default: 0]
            if !isKnown { told.standing = .unsure }
        }
        holds[hold.id] = told
        holdOrder.append(hold.id)
    }

    func look(at hold: HoldID, by customer: UniqueID, askingOwner: Bool, at now: Moment) -> Look {
        Look(
            hold: hold, customer: customer, askedAt: now, touches: holds[hold]?.touches ?? 0,
            wasFirm: holds[hold]?.isFirm(at: now) ?? false, askedOwner: askingOwner)
    }

    /// A customer could read a hold.
    mutating func seen(_ hold: Hold, _ look: Look, epoch: Int64, at now: Moment) {
        guard var told = holds[hold.id] else { return }
        checkMayHave(told, look)
        if case .released(epoch) = told.standing, epoch == newestEpoch, told.touches == look.touches {
            broken(.i6, "the released hold \(hold.id.own) can still be read")
        }
        // A predecessor of the node that released it may not know yet; it can write nothing by it.
        if case .released(let releasing) = told.standing, epoch >= releasing, removed.contains(hold.id),
            told.touches == look.touches
        {
            broken(.i6, "the released hold \(hold.id.own) has come back")
        }
        guard told.touches == look.touches, told.unanswered == 0, epoch == newestEpoch else { return }
        let (deadline, slack) = Self.deadline(of: hold, askedAt: look.askedAt, answeredAt: now)
        if let end = told.end, deadline > end + max(slack, told.slack) {
            broken(.i6, "the hold \(hold.id.own) lasts until \(deadline.nanoseconds), promised was \(end.nanoseconds)")
        }
        if told.isFirm(at: now), deadline + max(slack, told.slack) < told.deadline {
            broken(.i6, "the hold \(hold.id.own) ends at \(deadline.nanoseconds), not \(told.deadline.nanoseconds)")
        }
        told.standing = .firm
        told.deadline = deadline
        told.end = deadline
        told.slack = max(slack, told.slack)
        holds[hold.id] = told
    }

    /// A customer asks for more time. From now on the hold may have it, whether or not an answer comes.
    mutating func askedToExtend(_ hold: HoldID) {
        touch(hold)
        holds[hold]?.end = nil
    }

    /// A customer's hold was extended.
    mutating func extended(_ hold: Hold, _ look: Look, epoch: Int64, at now: Moment) {
        guard let told = holds[hold.id] else { return }
        checkMayHave(told, look)
        settle(hold.id, as: nil)
        // When something else was under way, which of the two came last is not known.
        guard told.touches == look.touches + 1, told.unanswered == 1, epoch == newestEpoch else {
            return
        }
        let (deadline, slack) = Self.deadline(of: hold, askedAt: look.askedAt, answeredAt: now)
        holds[hold.id]?.deadline = deadline
        holds[hold.id]?.end = deadline
        holds[hold.id]?.slack = max(slack, told.slack)
        holds[hold.id]?.standing = .firm
    }

    /// When a hold ends by an answer, and how far that may be off.
    private static func deadline(
        of hold: Hold, askedAt: Moment, answeredAt now: Moment
    ) -> (deadline: Moment, slack: Duration) {
        // When time went by, only the wall clock's milliseconds say from when on the remaining time counts.
        askedAt == now ? (now + hold.remaining, .zero) : (moment(hold.expiresAt), storedPrecision)
    }

    /// A customer was told that a hold cannot be had.
    mutating func missed(_ look: Look, _ code: BookingError.Code, isOwner: Bool, at now: Moment) {
        guard let told = holds[look.hold], look.customer == told.customer, look.askedOwner, isOwner else { return }
        let isGone: Set<BookingError.Code> = [.holdExpired, .holdNotFound, .holdReleased, .holdBooked]
        guard isGone.contains(code), look.wasFirm, told.touches == look.touches, told.isFirm(at: now) else { return }
        broken(
            .i6,
            "the hold \(look.hold.own) is \(code.rawValue) at \(now.nanoseconds), promised until \(told.deadline.nanoseconds)"
        )
    }

    /// A customer asks for something that changes a hold.
    mutating func touch(_ hold: HoldID) {
        holds[hold]?.touches += 1
        holds[hold]?.unanswered += 1
    }

    /// The answer has come, or never will.
    mutating func settle(_ hold: HoldID, as standing: ToldHold.Standing?) {
        holds[hold]?.touches += 1
        holds[hold]?.unanswered -= 1
        holds[hold]?.standing = standing ?? .unsure
    }

    /// The answer never comes.
    mutating func leaveOpen(_ hold: HoldID) {
        holds[hold]?.end = nil
        settle(hold, as: nil)
    }

    /// A strange or late customer must not get anything of a hold.
    mutating func checkMayHave(_ told: ToldHold, _ look: Look) {
        if look.customer != told.customer {
            broken(.i6, "the hold \(told.id.own) was given to a stranger")
        }
        if let end = told.end, look.askedAt >= end + told.slack {
            broken(
                .i6,
                "the hold \(told.id.own) was there at \(look.askedAt.nanoseconds), its end is \(end.nanoseconds)")
        }
    }
}

extension PromiseModel {
    func holdEndingNext(after now: Moment) -> ToldHold? {
        holdOrder.compactMap { holds[$0] }.filter { $0.standing == .firm && $0.deadline > now }
            .min { $0.deadline < $1.deadline }
    }
}
