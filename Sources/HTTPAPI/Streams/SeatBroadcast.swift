import Booking
import Inventory
import Logging

/// Shows one event's seats to all who read them, as long as somebody does.
///
/// What changes is told at most once in a frame's time, and is written down once for all.
actor SeatBroadcast {
    private let offering: UniqueID
    private let bookings: BookingService
    private let frameInterval: Duration
    private let logger: Logger
    /// By the section's name; nil for all sections.
    private var audiences: [String?: SeatAudience] = [:]
    /// Those who came before there was a feed.
    private var early: [(section: String?, SeatAudience.Newcomer)] = []
    private var feed: SeatFeed?
    private var run: UInt32 = 0
    private var isOver = false

    init(of offering: UniqueID, bookings: BookingService, frameInterval: Duration, logger: Logger) {
        self.offering = offering
        self.bookings = bookings
        self.frameInterval = frameInterval
        self.logger = logger
    }

    /// Follows the event until `end`. An inventory that is brought into memory again is followed anew.
    func broadcast() async {
        while !isOver, !Task.isCancelled {
            do {
                try await bookings.followSeats(of: offering) { await self.relay($0) }
                try? await Task.sleep(for: frameInterval)
            } catch {
                logger.info(
                    "An event's seats cannot be followed", metadata: [.offering: "\(offering)", .error: "\(error)"])
                isOver = true
            }
        }
        endStreams()
    }

    /// Nobody reads any more.
    func end() {
        isOver = true
        feed?.end()
    }

    /// Adds a stream, which is told how things stand and then what changes.
    ///
    /// - Parameter seen: What its client had seen when it lost an earlier stream.
    func join(_ stream: EventStream, section: String?, seen: SeatPosition?) async {
        guard !isOver else { return stream.end() }
        let newcomer = SeatAudience.Newcomer(stream: stream, seen: seen)
        guard let feed else { return early.append((section, newcomer)) }
        enter(newcomer, section: section, following: feed)
        await admitNewcomers(to: section)
    }

    func leave(_ stream: EventStream, section: String?) {
        early.removeAll { $0.1.stream.id == stream.id }
        guard let audience = audiences[section] else { return }
        if audience.count == 1 { audiences[section] = nil } else { audiences[section]?.count -= 1 }
    }
}

// MARK: - Relaying

extension SeatBroadcast {
    private func relay(_ feed: SeatFeed) async {
        await follow(feed)
        while !isOver, let update = await feed.next() {
            for section in audiences.keys { audiences[section]?.send(update) }
            // What changes meanwhile waits in the feed. A cancelled feed has no next update.
            try? await Task.sleep(for: frameInterval)
        }
        self.feed = nil
    }

    private func follow(_ feed: SeatFeed) async {
        self.feed = feed
        run = .random(in: .min ... .max)
        for section in audiences.keys { await restart(section, with: feed) }
        let waiting = early
        early = []
        for (section, newcomer) in waiting { enter(newcomer, section: section, following: feed) }
        for section in audiences.keys { await admitNewcomers(to: section) }
    }

    private func restart(_ section: String?, with feed: SeatFeed) async {
        guard let scope = SeatScope(section: section, of: feed.offering.layout) else {
            audiences.removeValue(forKey: section)?.end()
            return
        }
        audiences[section]?.follow(feed, scope, run: run)
        let snapshot = await feed.snapshot(section: scope.section)
        audiences[section]?.keepSnapshot(snapshot)
        audiences[section]?.showSnapshotToAll()
    }

    private func enter(_ newcomer: SeatAudience.Newcomer, section: String?, following feed: SeatFeed) {
        guard let scope = SeatScope(section: section, of: feed.offering.layout) else { return newcomer.stream.end() }
        var audience = audiences[section] ?? SeatAudience(scope, of: feed, run: run)
        audience.newcomers.append(newcomer)
        audience.count += 1
        audiences[section] = audience
    }

    /// Those who come while a snapshot is made share it.
    private func admitNewcomers(to section: String?) async {
        guard let feed, let audience = audiences[section], !audience.isAdmitting else { return }
        if audience.needsSnapshot {
            audiences[section]?.isAdmitting = true
            let snapshot = await feed.snapshot(section: audience.scope.section)
            audiences[section]?.isAdmitting = false
            // Of another inventory by now: its own snapshot is made where it is followed.
            guard self.feed === feed else { return }
            audiences[section]?.keepSnapshot(snapshot)
        }
        audiences[section]?.admitNewcomers()
    }

    private func endStreams() {
        for (_, newcomer) in early { newcomer.stream.end() }
        early = []
        for audience in audiences.values { audience.end() }
    }
}
