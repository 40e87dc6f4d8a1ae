import Inventory
public import Logging
public import ServiceLifecycle
import Synchronization

/// Settles what is left open when a booking's way is over: refunds to be made, payments without a clear answer, and
/// changes that could not be written.
///
/// What is open stands in the ledger, so a crash forgets none of it. Each booking is tried again with growing pauses
/// until the gateway has said what became of its money.
public final class BookingSettlement: Service {
    private static let batch = 1_000
    private static let concurrency = 8
    private static let idlePause = Duration.seconds(30)
    private static let firstPause = Duration.seconds(1)
    private static let longestPause = Duration.seconds(60)
    /// How long a charge that the gateway does not know may still be on its way to it.
    private static let chargeTransit = Duration.seconds(600)

    private struct Attempts {
        var count = 0
        var next: Moment
    }

    let amendments: BookingAmendments
    let notices = PaymentNotices()
    private let ledger: any Ledger
    private let payments: PaymentCollector
    private let clock: any BookingClock
    private let logger: Logger
    private let settleCall = WakeUpCall()
    private let carryOnCall = WakeUpCall()
    private let attempts = Mutex<[BookingID: Attempts]>([:])

    /// Makes the settlement of one node.
    public init(
        directory: InventoryDirectory, ledger: any Ledger, payments: PaymentCollector, statusHub: StatusHub,
        clock: any BookingClock, logger: Logger
    ) {
        amendments = BookingAmendments(directory: directory, ledger: ledger, statusHub: statusHub, clock: clock)
        self.ledger = ledger
        self.payments = payments
        self.clock = clock
        self.logger = logger
    }

    /// Settles until graceful shutdown. What is left then is taken up by the next start.
    public func run() async throws {
        try? await cancellableByShutdown { [self] in
            await withTaskGroup { group in
                group.addTask { await self.settleAgainAndAgain() }
                group.addTask { await self.carryOnAgainAndAgain() }
            }
        }
    }

    /// To be called when something may have become open.
    func wake() {
        settleCall.call()
        carryOnCall.call()
    }
}

// MARK: - Looking for what is open

extension BookingSettlement {
    /// Not behind the gateway: a cancellation that its customer waits for needs the ledger only.
    private func carryOnAgainAndAgain() async {
        while !Task.isCancelled {
            await amendments.carryOn()
            let pause = amendments.areInterrupted ? Self.firstPause : Self.idlePause
            await carryOnCall.wait(until: clock.now + pause, on: clock)
        }
    }

    private func settleAgainAndAgain() async {
        while !Task.isCancelled {
            do {
                try await settleDue()
            } catch {
                logger.warning("Open payments and refunds could not be read", metadata: [.error: "\(error)"])
            }
            let next = attempts.withLock { $0.values.map(\.next).min() } ?? clock.now + Self.idlePause
            await settleCall.wait(
                until: min(max(next, clock.now + Self.firstPause), clock.now + Self.idlePause), on: clock)
        }
    }

    /// Goes through all that is open, page by page, so that what stays open for long keeps nothing else from its turn.
    private func settleDue() async throws(LedgerError) {
        var open: Set<BookingID> = []
        var last: UniqueID?
        repeat {
            let page = try await ledger.unsettledBookings(after: last, limit: Self.batch)
            open.formUnion(page.map(\.id))
            last = page.count == Self.batch ? page.last?.id.own : nil
            await settle(page.filter(isDue))
        } while last != nil && !Task.isCancelled
        attempts.withLock { attempts in attempts = attempts.filter { open.contains($0.key) } }
    }

    private func isDue(_ booking: Booking) -> Bool {
        let now = clock.now
        return attempts.withLock { $0[booking.id].map { $0.next <= now } ?? true }
    }

    private func settle(_ bookings: [Booking]) async {
        await withTaskGroup(of: Void.self) { group in
            for (index, booking) in bookings.enumerated() {
                if index >= Self.concurrency { await group.next() }
                group.addTask { await self.settle(booking) }
            }
        }
    }

    private func settle(_ booking: Booking) async {
        let isSettled: Bool
        do {
            isSettled = try await booking.isPaymentOpen ? settlePayment(of: booking) : refund(booking)
        } catch {
            logger.warning(
                "A booking's money is not settled yet", metadata: [.booking: "\(booking.id)", .error: "\(error)"])
            isSettled = false
        }
        attempts.withLock { attempts in
            guard !isSettled else { return attempts[booking.id] = nil }
            let count = attempts[booking.id]?.count ?? 0
            let pause = min(Self.firstPause * (1 << min(count, 16)), Self.longestPause)
            attempts[booking.id] = Attempts(count: count + 1, next: clock.now + pause)
        }
    }
}

// MARK: - Settling one

extension BookingSettlement {
    private func settlePayment(of booking: Booking) async throws -> Bool {
        switch try await payments.lookUp(Charge(for: booking)) {
        case .succeeded(let paymentID):
            try await amendments.settlePaid(booking.id, paymentID: paymentID)
            wake()
        case .declined:
            try await amendments.settleUnpaid(booking.id)
        case .unknown where booking.updatedAt + Self.chargeTransit < clock.timestamp:
            try await amendments.settleUnpaid(booking.id)
        case .pending, .unknown:
            return false
        }
        return true
    }

    private func refund(_ booking: Booking) async throws -> Bool {
        guard let refund = booking.refund, let paymentID = booking.paymentID else { return true }
        try await payments.refund(
            Refund(
                booking: booking.id, paymentID: paymentID, amountMinor: refund.amountMinor, currency: booking.currency))
        try await amendments.recordRefund(of: booking.id)
        return true
    }
}

extension Charge {
    /// What a booking costs.
    init(for booking: Booking) {
        self.init(
            booking: booking.id, amountMinor: booking.totalMinor, currency: booking.currency,
            token: booking.paymentToken)
    }
}
