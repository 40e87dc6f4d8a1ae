internal import CEpoll

/// What a registration wants to hear about its file descriptor.
public struct Interest: OptionSet, Sendable, Hashable {
    /// The raw bits.
    public let rawValue: UInt8

    /// Makes an interest of its raw bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// There is something to read, or the other side has closed.
    public static let read = Interest(rawValue: 1)

    /// There is room to write.
    public static let write = Interest(rawValue: 2)

    var events: UInt32 {
        var events: UInt32 = 0
        if contains(.read) { events |= EPOLLIN.rawValue | EPOLLRDHUP.rawValue }
        if contains(.write) { events |= EPOLLOUT.rawValue }
        return events
    }
}

/// What has become of a file descriptor.
public struct Readiness: OptionSet, Sendable, Hashable {
    /// The raw bits.
    public let rawValue: UInt8

    /// Makes a readiness of its raw bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// A read will not block; it may find the end of the stream.
    public static let readable = Readiness(rawValue: 1)

    /// A write will not block.
    public static let writable = Readiness(rawValue: 2)

    /// The descriptor is broken or its other side has gone; a read or write tells why. Reported whatever the interest.
    public static let hungUp = Readiness(rawValue: 4)

    init(events: UInt32) {
        self = []
        if events & (EPOLLIN.rawValue | EPOLLRDHUP.rawValue) != 0 { insert(.readable) }
        if events & EPOLLOUT.rawValue != 0 { insert(.writable) }
        if events & (EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 { insert(.hungUp) }
    }
}
