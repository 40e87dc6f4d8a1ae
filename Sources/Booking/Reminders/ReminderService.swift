import Inventory
public import Logging
public import ServiceLifecycle

/// Reminds customers of what they have booked, once for each booking, a while before it begins.
///
/// Bookings that are made later than that get no reminder: their confirmation is young enough.
public struct ReminderService: Service {
    private static let interval = Duration.seconds(60)

    private let calendar: any OfferingCalendar
    private let book: any ReminderBook
    private let epochs: ShardEpochs
    private let leadTime: Duration
    private let clock: any BookingClock
    private let logger: Logger

    /// Makes the service of the node that owns the shards with these epochs.
    ///
    /// - Parameter leadTime: How long before the beginning; zero for no reminders.
    public init(
        calendar: any OfferingCalendar, book: any ReminderBook, epochs: ShardEpochs, leadTime: Duration,
        clock: any BookingClock, logger: Logger
    ) {
        self.calendar = calendar
        self.book = book
        self.epochs = epochs
        self.leadTime = leadTime
        self.clock = clock
        self.logger = logger
    }

    /// Looks every minute for what begins soon, until graceful shutdown.
    public func run() async throws {
        try? await cancellableByShutdown {
            var reminded: Set<UniqueID> = []
            while !Task.isCancelled {
                await remind(&reminded)
                try await clock.sleep(until: clock.now + Self.interval)
            }
        }
    }

    /// - Parameter reminded: Offerings that need not be looked at again.
    private func remind(_ reminded: inout Set<UniqueID>) async {
        let now = clock.timestamp
        guard leadTime > .zero else { return }
        do {
            let soon = try await calendar.offerings(startingIn: now..<now + leadTime)
            reminded.formIntersection(soon.map(\.id))
            for offering in soon where !reminded.contains(offering.id) {
                try Task.checkCancellation()
                if await remindCustomers(of: offering) { reminded.insert(offering.id) }
            }
        } catch {
            logger.warning("Reminders could not be written", metadata: [.error: "\(error)"])
        }
    }

    /// A failure keeps to its offering: those that come after it have their turn all the same.
    ///
    /// - Returns: Whether all of them have been reminded.
    private func remindCustomers(of offering: Offering) async -> Bool {
        do {
            while try await book.remindSome(of: offering, epoch: epochs[offering.id]) {
                try Task.checkCancellation()
            }
            return true
        } catch {
            logger.warning(
                "Reminders of an event could not be written",
                metadata: [.offering: "\(offering.id)", .error: "\(error)"])
            return false
        }
    }
}
