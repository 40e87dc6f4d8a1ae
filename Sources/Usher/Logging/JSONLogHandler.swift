import Booking
import Glibc
import Logging
import Synchronization
import TextFormats

/// Writes one JSON object a line: `time`, `level`, `message`, `request_id` and `trace_id` when there are any, and the other
/// facts in `metadata`.
struct JSONLogHandler: LogHandler {
    private static let standardError = Mutex(())
    private static let clock = SystemBookingClock()

    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel = Logger.Level.info
    private let write: @Sendable ([UInt8]) -> Void

    /// - Parameter write: Takes a line with its break.
    init(
        metadataProvider: Logger.MetadataProvider? = nil,
        write: @escaping @Sendable ([UInt8]) -> Void = Self.writeToStandardError
    ) {
        self.metadataProvider = metadataProvider
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var facts = Facts()
        facts.add(metadata)
        if let provided = metadataProvider?.get() { facts.add(provided) }
        if let own = event.metadata { facts.add(own) }
        if let error = event.error { facts["error"] = "\(error)" }

        var json = JSONWriter()
        json.object { json in
            json.member("time", Self.clock.timestamp.rfc3339)
            json.member("level", event.level.rawValue)
            json.member("message", event.message.description)
            for name in ["request_id", "trace_id"] {
                if let fact = facts.take(name) { json.member(name, fact) }
            }
            if !facts.all.isEmpty { json.member("metadata", facts.all) { $0.members($1) } }
        }
        write(json.bytes + [UInt8(ascii: "\n")])
    }

    /// The system keeps short lines apart by itself, and the lock the long ones.
    @Sendable private static func writeToStandardError(_ line: [UInt8]) {
        line.withUnsafeBytes { bytes in
            standardError.withLock { _ in
                var rest = bytes
                while !rest.isEmpty {
                    let count = Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
                    if count < 0 && errno == EINTR { continue }
                    // Nobody can be told that the log cannot be written.
                    guard count > 0 else { return }
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                }
            }
        }
    }
}

/// A line's facts. There are few, so a list is faster than a dictionary.
private struct Facts {
    typealias Fact = (key: String, value: Logger.MetadataValue)

    private(set) var all: [Fact] = []

    mutating func add(_ metadata: Logger.Metadata) {
        for (key, value) in metadata { self[key] = value }
    }

    subscript(key: String) -> Logger.MetadataValue? {
        get { all.first { $0.key == key }?.value }
        set {
            all.removeAll { $0.key == key }
            if let newValue { all.append((key, newValue)) }
        }
    }

    /// Moves a fact out of the others.
    mutating func take(_ key: String) -> Logger.MetadataValue? {
        defer { self[key] = nil }
        return self[key]
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ name: String, _ value: Logger.MetadataValue) {
        self.name(name)
        self.value(value)
    }

    fileprivate mutating func value(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): self.value(text)
        case .stringConvertible(let value): self.value(value.description)
        case .array(let values): array(values) { $0.value($1) }
        case .dictionary(let values): object { $0.members(values.map { ($0, $1) }) }
        }
    }

    /// Sorted, so that a line reads the same each time.
    fileprivate mutating func members(_ facts: [Facts.Fact]) {
        for (key, value) in facts.sorted(by: { $0.key < $1.key }) { member(key, value) }
    }
}
