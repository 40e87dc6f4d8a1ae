import Booking
import Inventory
import NIOCore

/// What of an event's seats is read: all, or one section.
struct SeatScope: Sendable {
    /// The section's position in the layout; nil for all.
    let section: Int?
    let units: Range<UnitIndex>

    /// - Parameter name: The section's name; nil for all. When the layout has none of this name there is no such scope.
    init?(section name: String?, of layout: Layout) {
        if let name {
            guard let index = layout.sectionIndex(named: name) else { return nil }
            section = index
            units = layout.units(ofSection: index)
        } else {
            section = nil
            units = 0..<UnitIndex(layout.unitCount)
        }
    }
}

/// Those who read the same seats: all of an event, or one section. Part of its broadcast's state.
struct SeatAudience {
    /// Somebody who has yet to be told how things stand.
    struct Newcomer {
        let stream: EventStream
        /// What it had seen when it lost an earlier stream.
        let seen: SeatPosition?
    }

    /// What is written to readers, and up to which version it brings them.
    private struct Message {
        let version: UInt64
        let bytes: ByteBuffer
    }

    /// Streams that are open, newcomers among them.
    var count = 0
    var newcomers: [Newcomer] = []
    /// Whether somebody sees to the newcomers.
    var isAdmitting = false
    private(set) var scope: SeatScope

    private var window: SeatWindow
    private var snapshot: Message?
    /// What has changed since the snapshot, so that many who come at once cost one computation.
    private var sinceSnapshot: Message?
    private var loops: [ObjectIdentifier: NIOLoopBoundBox<SeatReaders>] = [:]

    init(_ scope: SeatScope, of feed: SeatFeed, run: UInt32) {
        self.scope = scope
        window = SeatWindow(layout: feed.offering.layout, run: run, start: feed.start)
    }

    /// Begins anew with another feed: nothing that was told before counts.
    mutating func follow(_ feed: SeatFeed, _ scope: SeatScope, run: UInt32) {
        self.scope = scope
        window = SeatWindow(layout: feed.offering.layout, run: run, start: feed.start)
        snapshot = nil
        sinceSnapshot = nil
    }

    /// Whether somebody has come who must see a snapshot, and there is none that the window leads on from.
    var needsSnapshot: Bool {
        if let snapshot, snapshot.version >= window.start { return false }
        return newcomers.contains { resumption(of: $0) == nil }
    }

    mutating func keepSnapshot(_ update: SeatUpdate) {
        snapshot = Message(version: update.version, bytes: window.snapshot(update))
        sinceSnapshot = nil
    }

    /// Tells the newcomers how things stand. From here on they get what the others get.
    mutating func admitNewcomers() {
        for newcomer in newcomers {
            let bytes = resumption(of: newcomer) ?? wholeView()
            let readers = readers(on: newcomer.stream.eventLoop)
            let (stream, window) = (newcomer.stream, window)
            stream.eventLoop.execute { readers.value.add(stream.handler, bytes, window: window) }
        }
        newcomers = []
    }

    /// Shows the snapshot to those who were there before the feed was another.
    func showSnapshotToAll() {
        guard let snapshot else { return }
        let window = window
        for readers in loops.values {
            readers.eventLoop.execute { readers.value.restart(snapshot.bytes, window: window) }
        }
    }

    /// Tells everybody what has changed, if it is one of theirs.
    mutating func send(_ update: SeatUpdate) {
        let frame = scope.section == nil ? update : update.within(scope.units)
        window.append(frame)
        guard !frame.units.isEmpty else { return }
        let (bytes, window) = (window.event(frame), window)
        for readers in loops.values {
            readers.eventLoop.execute { readers.value.send(bytes, window: window) }
        }
    }

    /// Ends all streams. Their clients come again.
    func end() {
        for newcomer in newcomers { newcomer.stream.end() }
        for readers in loops.values {
            readers.eventLoop.execute { readers.value.endAll() }
        }
    }

    /// What somebody has missed who comes again; nil when it has to see everything.
    private func resumption(of newcomer: Newcomer) -> [ByteBuffer]? {
        guard let seen = newcomer.seen, seen.run == window.run,
            let missed = window.changes(since: seen.version)
        else { return nil }
        return missed.units.isEmpty ? [] : [window.event(missed)]
    }

    /// The snapshot, and what has changed since.
    private mutating func wholeView() -> [ByteBuffer] {
        guard let snapshot else { return [] }
        if sinceSnapshot?.version != window.version, let changes = window.changes(since: snapshot.version) {
            sinceSnapshot = Message(
                version: window.version, bytes: changes.units.isEmpty ? ByteBuffer() : window.event(changes))
        }
        return [snapshot.bytes, sinceSnapshot?.bytes ?? ByteBuffer()].filter { $0.readableBytes > 0 }
    }

    private mutating func readers(on eventLoop: any EventLoop) -> NIOLoopBoundBox<SeatReaders> {
        let id = ObjectIdentifier(eventLoop)
        if let readers = loops[id] { return readers }
        let readers = NIOLoopBoundBox.makeBoxSendingValue(SeatReaders(window: window), eventLoop: eventLoop)
        loops[id] = readers
        return readers
    }
}

extension SeatUpdate {
    fileprivate func within(_ range: Range<UnitIndex>) -> SeatUpdate {
        SeatUpdate(version: version, units: units.filter { range.contains($0.unit) })
    }
}
