import NIOCore

/// An event of a stream (`text/event-stream`).
struct ServerSentEvent: Sendable, Equatable {
    var id = ""
    var name = ""
    var data = ByteBuffer()
    /// When its last byte came.
    var arrival = NIODeadline.uptimeNanoseconds(0)
}

/// Splits a stream into its events, whatever the pieces that it comes in. Lines end with LF or CR LF.
struct ServerSentEventParser {
    /// Of a line, and of the data of one event.
    static let limit = 64 * 1024 * 1024

    private var input = ByteBuffer()
    private var event = ServerSentEvent()
    private var hasData = false
    /// How much of the input has no line's end.
    private var searched = 0

    mutating func append(_ bytes: inout ByteBuffer) {
        if input.readableBytes == 0 { input = bytes } else { input.writeBuffer(&bytes) }
    }

    /// The next event; nil when more bytes are needed.
    mutating func next() throws(ResponseError) -> ServerSentEvent? {
        while var line = try nextLine() {
            guard line.readableBytes > 0 else {
                guard hasData else {
                    event = ServerSentEvent()
                    continue
                }
                defer {
                    event = ServerSentEvent()
                    hasData = false
                }
                return event
            }
            let view = line.readableBytesView
            // A line that begins with a colon is a comment: the heartbeat.
            guard let colon = view.firstIndex(of: UInt8(ascii: ":")), colon > view.startIndex else { continue }
            let name = String(decoding: view[..<colon], as: UTF8.self)
            line.moveReaderIndex(to: colon + 1)
            if line.getInteger(at: line.readerIndex, as: UInt8.self) == UInt8(ascii: " ") {
                line.moveReaderIndex(forwardBy: 1)
            }
            try take(name, &line)
        }
        return nil
    }

    private mutating func take(_ field: String, _ value: inout ByteBuffer) throws(ResponseError) {
        switch field {
        case "id": event.id = String(buffer: value)
        case "event": event.name = String(buffer: value)
        case "data":
            guard event.data.readableBytes + value.readableBytes <= Self.limit else { throw .bodyTooLarge }
            if hasData {
                event.data.writeInteger(UInt8(ascii: "\n"))
                event.data.writeBuffer(&value)
            } else {
                event.data = value
            }
            hasData = true
        default: break
        }
    }

    private mutating func nextLine() throws(ResponseError) -> ByteBuffer? {
        let length = input.withUnsafeReadableBytes { bytes in
            UnsafeRawBufferPointer(rebasing: bytes[searched...]).firstOffset(of: UInt8(ascii: "\n"))
        }
        guard let length else {
            searched = input.readableBytes
            guard searched <= Self.limit else { throw .bodyTooLarge }
            return nil
        }
        var line = input.readSlice(length: searched + length) ?? ByteBuffer()
        searched = 0
        input.moveReaderIndex(forwardBy: 1)
        if line.readableBytesView.last == UInt8(ascii: "\r") { line.moveWriterIndex(to: line.writerIndex - 1) }
        return line
    }
}
