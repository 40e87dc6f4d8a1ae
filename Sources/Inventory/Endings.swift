/// How a reservation ended.
struct Ending: Sendable {
    let hold: UniqueID
    let customer: UniqueID
    let refusal: Refusal
}

/// The latest endings of an inventory, so that a customer who comes late is told why rather than "unknown".
///
/// A ring, and chains through it as compressors have them to find what came before (RFC 1951, section 4): a bucket of
/// hashes names its latest ending, and each ending the one before it in its bucket. A number too old for the ring ends
/// the chain, so nothing is ever removed; and that an id is new shows in one look at a small table most of the time.
struct Endings: Sendable {
    private struct Link: Sendable {
        let ending: Ending
        let previous: UInt32
    }

    /// How many are remembered; an older one is forgotten. Twice as many do not fit into a core's cache.
    static let limit = 8_192
    private static let bucketsPerEnding = 4

    private var ring: [Link] = []
    /// The number of the latest ending in each bucket.
    private var buckets: [UInt32] = []
    /// The number of the ending that comes next. Numbers wrap around; what a stale one then leads to has another id.
    private var next: UInt32 = 0

    /// How a hold, or what was made of it, ended the last time.
    func latest(of hold: UniqueID) -> Ending? {
        guard !ring.isEmpty else { return nil }
        var number = buckets[bucket(of: hold)]
        while next &- number &- 1 < UInt32(ring.count) {
            let link = ring[Int(number) % Self.limit]
            if link.ending.hold == hold { return link.ending }
            number = link.previous
        }
        return nil
    }

    mutating func append(_ ending: Ending) {
        if ring.count < Self.limit, ring.count * Self.bucketsPerEnding >= buckets.count { grow() }
        link(ending)
    }

    private mutating func link(_ ending: Ending) {
        let bucket = bucket(of: ending.hold)
        let link = Link(ending: ending, previous: buckets[bucket])
        if ring.count < Self.limit { ring.append(link) } else { ring[Int(next) % Self.limit] = link }
        buckets[bucket] = next
        next &+= 1
    }

    /// Doubles the buckets and chains all endings anew.
    private mutating func grow() {
        let old = ring
        ring.removeAll(keepingCapacity: true)
        buckets = Array(repeating: .max, count: max(64, 2 * buckets.count))
        next = 0
        for link in old { self.link(link.ending) }
    }

    private func bucket(of hold: UniqueID) -> Int {
        Int(truncatingIfNeeded: hold.hash >> UInt64(64 - buckets.count.trailingZeroBitCount))
    }
}
