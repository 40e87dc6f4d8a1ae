import Metrics
import NIOCore
import Synchronization

/// Counts the requests that the node works on, so that it can turn further ones away before it has spent anything on
/// them.
///
/// A request counts from when it has come whole until its answer begins. So neither a client that sends slowly nor one
/// that reads slowly takes a place, nor does a stream.
///
/// A crowd that comes in one second may queue, up to the limits. A queue that stays makes every answer late and sells
/// nothing more; so when it has not become short for half a second, only an eighth of the places is given until it has.
/// (The idea is CoDel's, RFC 8289: what matters is the shortest queue of an interval.)
final class Admission: Sendable {
    /// What a request takes: a place of the node, and one of its event if it names one.
    struct Claim: Sendable {
        /// A digest of the event's id.
        fileprivate let event: UInt64?

        /// Nil for a request that is always let in.
        init?(path: some Sequence<UInt8>) {
            guard !path.starts(with: Self.health), !path.starts(with: Self.metrics) else { return nil }
            event = Self.event(in: path)
        }

        private static let health = "/health".utf8
        private static let metrics = "/metrics".utf8
        private static let events = "/api/events/".utf8

        /// Of `/api/events/<id>` and what lies below.
        private static func event(in path: some Sequence<UInt8>) -> UInt64? {
            guard path.starts(with: events) else { return nil }
            var digest: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in path.dropFirst(events.count) {
                if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") { break }
                digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3
            }
            return digest
        }
    }

    /// How long the queue may be without having been short.
    private static let patience = TimeAmount.milliseconds(500)
    /// The part of the places that is given after that.
    private static let congestedShare = 8

    private let limit: Int
    private let limitOfEvent: Int
    private let count = Atomic(0)
    /// When the queue was last seen short.
    private let lastShort = Atomic<UInt64>(0)
    /// The events that are at work now, each with its requests.
    private let events = Mutex<[UInt64: Int]>([:])
    private let refused = Counter(label: "usher_http_refused_total")

    /// - Parameters:
    ///   - limit: The most requests at a time. Those that are let in while another thread lets in one may be a few more.
    ///   - limitOfEvent: The most of them for one event, so that the others are sold on beside it.
    init(limit: Int, limitOfEvent: Int) {
        self.limit = limit
        self.limitOfEvent = limitOfEvent
    }

    /// The requests at work.
    var inFlight: Int { count.load(ordering: .relaxed) }

    /// Whether a request may be worked on. One that may not must be refused, and is counted as that.
    func admits(_ claim: Claim, at now: NIODeadline = .now()) -> Bool {
        let share = isCongested(at: now) ? Self.congestedShare : 1
        let isAdmitted = inFlight < max(1, limit / share) && inFlight(of: claim) < max(1, limitOfEvent / share)
        if !isAdmitted { refused.increment() }
        return isAdmitted
    }

    func begin(_ claim: Claim) {
        count.wrappingAdd(1, ordering: .relaxed)
        guard let event = claim.event else { return }
        events.withLock { $0[event, default: 0] += 1 }
    }

    func end(_ claim: Claim) {
        count.wrappingSubtract(1, ordering: .relaxed)
        guard let event = claim.event else { return }
        events.withLock { events in
            let rest = (events[event] ?? 1) - 1
            events[event] = rest > 0 ? rest : nil
        }
    }

    private func inFlight(of claim: Claim) -> Int {
        guard let event = claim.event else { return 0 }
        return events.withLock { $0[event] ?? 0 }
    }

    /// Short is half of what is given under congestion, so that one can follow the other.
    private func isCongested(at now: NIODeadline) -> Bool {
        if inFlight <= limit / Self.congestedShare / 2 {
            lastShort.store(now.uptimeNanoseconds, ordering: .relaxed)
            return false
        }
        return now - NIODeadline.uptimeNanoseconds(lastShort.load(ordering: .relaxed)) > Self.patience
    }
}
