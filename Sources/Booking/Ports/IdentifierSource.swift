public import Inventory

/// Makes ids. A simulator puts its own in, so that a run can be repeated.
public protocol IdentifierSource: Sendable {
    /// A new version 7 id, stamped with the time.
    func next(at now: Timestamp) -> UniqueID
}

/// Ids from the operating system's random numbers.
public struct SystemIdentifierSource: IdentifierSource {
    /// Makes a source.
    public init() {}

    public func next(at now: Timestamp) -> UniqueID {
        let random = BufferedRandom()
        return UniqueID(millisecondsSince1970: now.millisecondsSince1970, random: (random.next(), random.next()))
    }
}
