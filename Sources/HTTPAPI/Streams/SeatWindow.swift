import Booking
import Inventory
import NIOCore

/// Where a reader of seats is: the version that it has seen, of one run of an inventory in memory. Each run counts its
/// versions anew.
struct SeatPosition: Hashable, Sendable {
    let run: UInt32
    let version: UInt64

    init(run: UInt32, version: UInt64) {
        self.run = run
        self.version = version
    }

    /// Reads what `description` writes.
    init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let run = UInt32(parts[0], radix: 16), let version = UInt64(parts[1]) else {
            return nil
        }
        self.init(run: run, version: version)
    }
}

extension SeatPosition: CustomStringConvertible {
    /// An event's id, such as `5f3a91c2-57`.
    var description: String { "\(String(run, radix: 16))-\(version)" }
}

/// The latest changes of an offering's seats, or of one section's, from which readers that have missed some are brought
/// up to date. A value, so that event loops can read it while new changes come.
struct SeatWindow: Sendable {
    /// Changes of units that are kept; the newest frame is kept in any case.
    private static let unitLimit = 4_096
    /// At ten a second, half a minute.
    private static let frameLimit = 300

    let layout: Layout
    let run: UInt32
    /// Readers that have seen this version, or a later one, can be brought up to date.
    private(set) var start: UInt64
    /// The version that the changes lead to.
    private(set) var version: UInt64
    private var frames: [SeatUpdate] = []
    private var unitCount = 0

    init(layout: Layout, run: UInt32, start: UInt64) {
        self.layout = layout
        self.run = run
        self.start = start
        version = start
    }

    var position: SeatPosition { SeatPosition(run: run, version: version) }

    /// The changes that came last; nil when there are none.
    var newest: SeatUpdate? { frames.last }

    /// The version that a reader must have seen for whom the newest frame is all that is missing.
    var versionBeforeNewest: UInt64 { frames.dropLast().last?.version ?? start }

    mutating func append(_ frame: SeatUpdate) {
        version = frame.version
        guard !frame.units.isEmpty else { return }
        frames.append(frame)
        unitCount += frame.units.count
        while frames.count > 1, frames.count > Self.frameLimit || unitCount > Self.unitLimit {
            let oldest = frames.removeFirst()
            unitCount -= oldest.units.count
            start = oldest.version
        }
    }

    /// What has changed since a version, each unit once as it is now; nil when that is too long ago to be known.
    func changes(since seen: UInt64) -> SeatUpdate? {
        guard seen >= start else { return nil }
        var newest: [UnitIndex: UnitChange] = [:]
        for frame in frames where frame.version > seen {
            for change in frame.units { newest[change.unit] = change }
        }
        return SeatUpdate(version: version, units: newest.values.sorted { $0.unit < $1.unit })
    }

    /// Changes as readers get them.
    func event(_ update: SeatUpdate) -> ByteBuffer {
        ServerSentEvent.event(
            "seats", id: "\(SeatPosition(run: run, version: update.version))",
            data: update.json(layout, withPrices: false))
    }

    /// All units as readers get them.
    func snapshot(_ update: SeatUpdate) -> ByteBuffer {
        ServerSentEvent.event(
            "snapshot", id: "\(SeatPosition(run: run, version: update.version))",
            data: update.json(layout, withPrices: true))
    }
}
