/// One event of a stream.
struct ServerSentEvent: Hashable {
    var id: String?
    var name = "message"
    var data = ""
}

/// Reads a stream of server-sent events, chunk by chunk (WHATWG HTML, section 9.2.6).
///
/// Comments, which keep the connection alive, and fields it does not know pass without effect.
struct ServerSentEventParser {
    /// Longer lines are cut, so that a faulty server cannot fill the memory.
    static let longestLine = 65_536

    private var line: [UInt8] = []
    private var event = ServerSentEvent()
    private var dataLines: [String] = []
    private var followsCarriageReturn = false

    /// Takes the next bytes.
    ///
    /// - Returns: The events that these bytes complete.
    mutating func append(_ bytes: some Sequence<UInt8>) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            defer { followsCarriageReturn = byte == UInt8(ascii: "\r") }
            switch byte {
            case UInt8(ascii: "\n") where followsCarriageReturn: continue
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                if let event = endLine() { events.append(event) }
            default:
                if line.count < Self.longestLine { line.append(byte) }
            }
        }
        return events
    }

    private mutating func endLine() -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else { return dispatch() }
        let text = String(decoding: line, as: UTF8.self)
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let value = parts.count == 2 ? String(parts[1].hasPrefix(" ") ? parts[1].dropFirst() : parts[1]) : ""
        switch parts[0] {
        case "id": event.id = value
        case "event": event.name = value
        case "data": dataLines.append(value)
        default: break
        }
        return nil
    }

    /// An empty line ends an event; one without data is none.
    private mutating func dispatch() -> ServerSentEvent? {
        defer {
            event.name = "message"
            dataLines.removeAll()
        }
        guard !dataLines.isEmpty else { return nil }
        event.data = dataLines.joined(separator: "\n")
        return event
    }
}
