import HTTPTypes
import Synchronization

/// Counts the requests that the node works on, so that it can turn further ones away before it has spent anything on
/// them: a queue that grows without end would make every answer late.
///
/// A request counts from when it has come whole until its answer begins. So neither a client that sends slowly nor one
/// that reads slowly takes a place, nor does a stream.
final class Admission: Sendable {
    /// What a request takes: a place of the node, and one of its event if it names one.
    struct Claim: Sendable {
        /// A digest of the event's id.
        fileprivate let event: UInt64?

        /// Nil for a request that is always let in.
        init?(_ request: HTTPRequest) {
            let path = request.path ?? ""
            guard !path.utf8.starts(with: "/health".utf8), !path.utf8.starts(with: "/metrics".utf8) else { return nil }
            event = Self.event(in: path)
        }

        /// Of `/api/events/<id>` and what lies below.
        private static func event(in path: String) -> UInt64? {
            let prefix = "/api/events/".utf8
            guard path.utf8.starts(with: prefix) else { return nil }
            var digest: UInt64 = 0xCBF2_9CE4_8422_2325
            for byte in path.utf8.dropFirst(prefix.count) {
                if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") { break }
                digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3
            }
            return digest
        }
    }

    private let limit: Int
    private let limitOfEvent: Int
    private let count = Atomic(0)
    /// The events that are at work now, each with its requests.
    private let events = Mutex<[UInt64: Int]>([:])

    /// - Parameters:
    ///   - limit: The most requests at a time. Those that are let in while another thread lets in one may be a few more.
    ///   - limitOfEvent: The most of them for one event, so that the others are sold on beside it.
    init(limit: Int, limitOfEvent: Int) {
        self.limit = limit
        self.limitOfEvent = limitOfEvent
    }

    /// The requests at work.
    var inFlight: Int { count.load(ordering: .relaxed) }

    func hasRoom(for claim: Claim) -> Bool {
        guard inFlight < limit else { return false }
        guard let event = claim.event, limitOfEvent < limit else { return true }
        return events.withLock { $0[event] ?? 0 } < limitOfEvent
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
}
