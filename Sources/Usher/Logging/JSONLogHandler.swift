import Foundation
import Glibc
import Logging
import Synchronization

/// Writes one JSON object a line: `time`, `level`, `message`, `request_id` and `trace_id` when there are any, and the other
/// facts in `metadata`.
struct JSONLogHandler: LogHandler {
    private static let standardError = Mutex(())
    private static let lifted = ["request_id", "trace_id"]

    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel = Logger.Level.info
    private let write: @Sendable (String) -> Void

    /// - Parameter write: Takes a line with its break.
    init(
        metadataProvider: Logger.MetadataProvider? = nil,
        write: @escaping @Sendable (String) -> Void = Self.writeToStandardError
    ) {
        self.metadataProvider = metadataProvider
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var facts = metadata
        if let provided = metadataProvider?.get() { facts.merge(provided) { $1 } }
        if let own = event.metadata { facts.merge(own) { $1 } }
        if let error = event.error { facts["error"] = "\(error)" }

        var line = #"{"time":"\#(Self.time())","level":"\#(event.level.rawValue)","message":"#
        line.append(json: event.message.description)
        for key in Self.lifted {
            guard let value = facts.removeValue(forKey: key) else { continue }
            line += #","\#(key)":"#
            line.append(json: value)
        }
        if !facts.isEmpty {
            line += #","metadata":"#
            line.append(json: .dictionary(facts))
        }
        line += "}\n"
        write(line)
    }

    /// UTC with milliseconds, as RFC 3339 has it.
    private static func time() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var parts = tm()
        gmtime_r(&time.tv_sec, &parts)
        let date = [
            padded(Int(parts.tm_year) + 1_900, 4), padded(Int(parts.tm_mon) + 1, 2), padded(Int(parts.tm_mday), 2),
        ].joined(separator: "-")
        let clock = [padded(Int(parts.tm_hour), 2), padded(Int(parts.tm_min), 2), padded(Int(parts.tm_sec), 2)]
            .joined(separator: ":")
        return "\(date)T\(clock).\(padded(time.tv_nsec / 1_000_000, 3))Z"
    }

    private static func padded(_ number: Int, _ digits: Int) -> String {
        let text = "\(number)"
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    /// The system keeps short lines apart by itself, and the lock the long ones.
    @Sendable private static func writeToStandardError(_ line: String) {
        var line = line
        line.withUTF8 { bytes in
            standardError.withLock { _ in
                var rest = UnsafeRawBufferPointer(bytes)
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

extension String {
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
            append("{")
            for (index, (key, value)) in values.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { append(",") }
                append(json: key)
                append(":")
                append(json: value)
            }
            append("}")
        }
    }

    /// What RFC 8259 does not allow in a text is escaped, and so is DEL, which terminals obey.
    fileprivate mutating func append(json text: String) {
        append("\"")
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": append(#"\""#)
            case "\\": append(#"\\"#)
            case "\n": append(#"\n"#)
            case "\r": append(#"\r"#)
            case "\t": append(#"\t"#)
            case "\u{0}"..."\u{1F}", "\u{7F}":
                let digits = String(scalar.value, radix: 16)
                append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            default: unicodeScalars.append(scalar)
            }
        }
        append("\"")
    }
}
