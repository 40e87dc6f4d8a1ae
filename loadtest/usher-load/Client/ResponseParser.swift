import NIOCore

/// Takes an HTTP/1.1 server's bytes as they come and gives back heads and bodies.
///
/// It knows what Usher answers with, and refuses everything else: a client that measures needs no mercy, but it must not
/// trust. What it has not yet given back is bounded by the limits.
struct ResponseParser {
    enum Event: Equatable {
        /// A final answer begins.
        case head
        /// The next piece of its body, as it came.
        case body(ByteBuffer)
        /// It is complete, and the connection can take the next request when `isKeptAlive` says so.
        case end
    }

    static let headLimit = 64 * 1024
    /// Of a chunk's size with its extensions, and of a line of the trailer.
    static let lineLimit = 4096

    /// The head of the answer that is being read.
    private(set) var head = ResponseHead(status: 0, size: 0, fields: ByteBuffer())
    /// Whether the server leaves the connection open behind this answer.
    private(set) var isKeptAlive = true

    private var input = ByteBuffer()
    private var state = State.head

    private enum State: Equatable {
        case head
        case sized(rest: Int)
        case chunkSize, chunk(rest: Int), chunkEnd, trailer(bytes: Int)
        case untilClose
        case end
    }

    /// Whether an answer has begun and is not complete.
    var isInAnswer: Bool { state != .head || input.readableBytes > 0 }

    mutating func append(_ bytes: inout ByteBuffer) {
        if input.readableBytes == 0 {
            input = bytes
        } else {
            input.writeBuffer(&bytes)
        }
    }

    /// The next event; nil when more bytes are needed.
    mutating func next() throws(ResponseError) -> Event? {
        switch state {
        case .head: return try readHead()
        case .sized(let rest): return readSized(rest)
        case .chunkSize: return try readChunkSize()
        case .chunk(let rest): return try readChunk(rest)
        case .chunkEnd: return try readChunkEnd()
        case .trailer(let bytes): return try readTrailer(bytes)
        case .untilClose:
            return input.readableBytes > 0 ? .body(takeInput(input.readableBytes)) : nil
        case .end:
            state = .head
            return .end
        }
    }

    /// The server has closed. That ends a body without a length; in the middle of anything else it is an error.
    mutating func close() throws(ResponseError) -> Event? {
        switch state {
        case .untilClose:
            state = .head
            return .end
        case .head where input.readableBytes == 0: return nil
        default: throw .endsEarly
        }
    }

    // MARK: - The head

    private mutating func readHead() throws(ResponseError) -> Event? {
        guard let length = HeadReader.length(of: input) else {
            guard input.readableBytes < Self.headLimit else { throw .headTooLarge }
            return nil
        }
        guard length <= Self.headLimit else { throw .headTooLarge }
        let bytes = takeInput(length)
        let read = try HeadReader.read(bytes)
        // An interim answer, such as 100, announces the real one.
        if (100..<200).contains(read.status) { return try readHead() }
        head = ResponseHead(status: read.status, size: length, fields: bytes.fields(behind: read.statusLineEnd))
        isKeptAlive = read.isKeptAlive
        switch read.framing {
        case .none: state = .end
        case .length(0): state = .end
        case .length(let length): state = .sized(rest: length)
        case .chunked: state = .chunkSize
        case .untilClose:
            state = .untilClose
            isKeptAlive = false
        }
        return .head
    }

    // MARK: - The body

    private mutating func readSized(_ rest: Int) -> Event? {
        guard input.readableBytes > 0 else { return nil }
        let length = min(rest, input.readableBytes)
        state = length == rest ? .end : .sized(rest: rest - length)
        return .body(takeInput(length))
    }

    private mutating func readChunkSize() throws(ResponseError) -> Event? {
        guard let line = try readLine() else { return nil }
        var size = 0
        var digits = 0
        for byte in line.readableBytesView {
            guard let digit = byte.hexadecimal else {
                guard byte == UInt8(ascii: ";") || byte.isBlank else { throw .badChunk }
                break
            }
            digits += 1
            guard digits <= 12 else { throw .badChunk }
            size = size << 4 | digit
        }
        guard digits > 0 else { throw .badChunk }
        state = size == 0 ? .trailer(bytes: 0) : .chunk(rest: size)
        return try next()
    }

    private mutating func readChunk(_ rest: Int) throws(ResponseError) -> Event? {
        guard input.readableBytes > 0 else { return nil }
        let length = min(rest, input.readableBytes)
        state = length == rest ? .chunkEnd : .chunk(rest: rest - length)
        return .body(takeInput(length))
    }

    private mutating func readChunkEnd() throws(ResponseError) -> Event? {
        guard input.readableBytes >= 2 else { return nil }
        guard input.readInteger(as: UInt16.self) == 0x0D0A else { throw .badChunk }
        state = .chunkSize
        return try readChunkSize()
    }

    private mutating func readTrailer(_ bytes: Int) throws(ResponseError) -> Event? {
        guard let line = try readLine() else { return nil }
        guard line.readableBytes > 0 else {
            state = .head
            return .end
        }
        let total = bytes + line.readableBytes
        guard total <= Self.headLimit else { throw .headTooLarge }
        state = .trailer(bytes: total)
        return try next()
    }

    /// A line without its CR LF.
    private mutating func readLine() throws(ResponseError) -> ByteBuffer? {
        guard let end = input.readableBytesView.firstIndex(of: UInt8(ascii: "\n")) else {
            guard input.readableBytes <= Self.lineLimit else { throw .badChunk }
            return nil
        }
        let length = end - input.readerIndex + 1
        guard length <= Self.lineLimit, length >= 2,
            input.getInteger(at: end - 1, as: UInt8.self) == UInt8(ascii: "\r")
        else { throw .badChunk }
        var line = takeInput(length)
        line.moveWriterIndex(to: line.writerIndex - 2)
        return line
    }

    private mutating func takeInput(_ length: Int) -> ByteBuffer {
        // Never nil: no caller takes more than there is.
        let bytes = input.readSlice(length: length) ?? ByteBuffer()
        if input.readableBytes == 0 { input = Self.nothing }
        return bytes
    }

    private static let nothing = ByteBuffer()
}

extension ByteBuffer {
    fileprivate func fields(behind offset: Int) -> ByteBuffer {
        var fields = self
        fields.moveReaderIndex(forwardBy: offset)
        return fields
    }
}

extension UInt8 {
    fileprivate var hexadecimal: Int? {
        if isDigit { return Int(self - UInt8(ascii: "0")) }
        let letter = asciiLowercased &- UInt8(ascii: "a")
        return letter < 6 ? Int(letter) + 10 : nil
    }
}
