import Foundation
import Glibc
import Logging
import Synchronization

/// Writes one JSON object a line: `time`, `level`, `message`, `request_id` and `trace_id` when there are any, and the other
/// facts in `metadata`.
struct JSONLogHandler: LogHandler {
    private static let standardError = Mutex(())
    private static let second = Mutex((number: 0, text: ""))

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

        var line: [UInt8] = []
        line.reserveCapacity(512)
        line.append(#"{"time":""#)
        Self.appendTime(to: &line)
        line.append(#"","level":""#)
        line.append(event.level.rawValue)
        line.append(#"","message":"#)
        line.append(json: event.message.description)
        line.append(fact: "request_id", of: &facts)
        line.append(fact: "trace_id", of: &facts)
        if !facts.all.isEmpty {
            line.append(#","metadata":"#)
            line.append(json: facts.all)
        }
        line.append("}\n")
        write(line)
    }

    /// UTC with milliseconds, as RFC 3339 has it.
    private static func appendTime(to line: inout [UInt8]) {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        line.append(
            second.withLock { second in
                if second.number != time.tv_sec { second = (time.tv_sec, text(ofSecond: time.tv_sec)) }
                return second.text
            })
        line.append(".")
        line.append(padded(time.tv_nsec / 1_000_000, 3))
        line.append("Z")
    }

    private static func text(ofSecond second: time_t) -> String {
        var (second, parts) = (second, tm())
        gmtime_r(&second, &parts)
        let date = [
            padded(Int(parts.tm_year) + 1_900, 4), padded(Int(parts.tm_mon) + 1, 2), padded(Int(parts.tm_mday), 2),
        ].joined(separator: "-")
        let clock = [padded(Int(parts.tm_hour), 2), padded(Int(parts.tm_min), 2), padded(Int(parts.tm_sec), 2)]
            .joined(separator: ":")
        return "\(date)T\(clock)"
    }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, digits - text.count)) + text
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
}

extension [UInt8] {
    fileprivate mutating func append(_ text: String) {
        append(contentsOf: text.utf8)
    }

    /// Moves a fact out of the others, to the line itself.
    fileprivate mutating func append(fact key: String, of facts: inout Facts) {
        guard let value = facts[key] else { return }
        facts[key] = nil
        append(#","\#(key)":"#)
        append(json: value)
    }

    fileprivate mutating func append(json value: Logger.MetadataValue) {
        switch value {
        case .string(let text): append(json: text)
        case .stringConvertible(let value): append(json: value.description)
        case .array(let values):
            append("[")
            for (index, value) in values.enumerated() {
                if index > 0 { append(",") }
                append(json: value)
            }
            append("]")
        case .dictionary(let values):
            append(json: values.map { ($0, $1) })
        }
    }

    /// Sorted, so that a line reads the same each time.
    fileprivate mutating func append(json facts: [Facts.Fact]) {
        append("{")
        for (index, fact) in facts.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { append(",") }
            append(json: fact.key)
            append(":")
            append(json: fact.value)
        }
        append("}")
    }

    /// What RFC 8259 does not allow in a text is escaped, and so is DEL, which terminals obey.
    fileprivate mutating func append(json text: String) {
        append("\"")
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): append(#"\""#)
            case UInt8(ascii: "\\"): append(#"\\"#)
            case UInt8(ascii: "\n"): append(#"\n"#)
            case UInt8(ascii: "\r"): append(#"\r"#)
            case UInt8(ascii: "\t"): append(#"\t"#)
            case 0..<0x20, 0x7F:
                let digits = String(byte, radix: 16)
                append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            default: append(byte)
            }
        }
        append("\"")
    }
}
