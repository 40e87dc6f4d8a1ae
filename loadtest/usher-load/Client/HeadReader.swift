import NIOCore

#if canImport(Glibc)
import Glibc
#endif

/// Reads the few facts of a head that decide how its body ends.
enum HeadReader {
    enum Framing: Equatable {
        case none, length(Int), chunked, untilClose
    }

    struct Reading: Equatable {
        var status = 0
        /// Behind the status line's LF.
        var statusLineEnd = 0
        var framing = Framing.untilClose
        var isKeptAlive = true
    }

    /// The length of the head at the beginning of `buffer` with its empty line; nil when it is not complete.
    static func length(of buffer: ByteBuffer) -> Int? {
        buffer.withUnsafeReadableBytes { bytes in
            guard let start = bytes.baseAddress else { return nil }
            var offset = 3
            while offset < bytes.count {
                guard let found = memchr(start + offset, 0x0A, bytes.count - offset) else { return nil }
                let end = start.distance(to: UnsafeRawPointer(found))
                if bytes[end - 1] == 0x0D, bytes[end - 2] == 0x0A, bytes[end - 3] == 0x0D { return end + 1 }
                offset = end + 1
            }
            return nil
        }
    }

    /// - Parameter head: Whole, with its empty line.
    static func read(_ head: ByteBuffer) throws(ResponseError) -> Reading {
        let result: Result<Reading, ResponseError> = head.withUnsafeReadableBytes { bytes in
            do throws(ResponseError) {
                return .success(try read(bytes))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private static func read(_ bytes: UnsafeRawBufferPointer) throws(ResponseError) -> Reading {
        var reading = try readStatusLine(bytes)
        var hasLength = false
        var offset = reading.statusLineEnd
        while offset < bytes.count - 2 {
            guard let end = bytes.lineEnd(from: offset), bytes[end - 1] == 0x0D, !bytes[offset].isBlank else {
                throw .badHead
            }
            let line = bytes[offset..<(end - 1)]
            // Which of them it may be shows in the first letter and the length: most lines are skipped at once.
            if let value = line.value(of: "content-length") {
                let length = try number(value)
                guard !hasLength || reading.framing == .length(length) else { throw .badFraming }
                hasLength = true
                guard reading.framing != .chunked else { throw .badFraming }
                reading.framing = .length(length)
            } else if let value = line.value(of: "transfer-encoding") {
                guard !hasLength, value.isWord("chunked") else { throw .badFraming }
                reading.framing = .chunked
            } else if let value = line.value(of: "connection") {
                if value.isWord("close") { reading.isKeptAlive = false }
            }
            offset = end + 1
        }
        if reading.status < 200 || reading.status == 204 || reading.status == 304 { reading.framing = .none }
        return reading
    }

    /// `HTTP/1.1 200 OK`
    private static func readStatusLine(_ bytes: UnsafeRawBufferPointer) throws(ResponseError) -> Reading {
        var reading = Reading()
        guard bytes.count >= 14, bytes.starts(with: "HTTP/1.".utf8), bytes[7] == 0x30 || bytes[7] == 0x31,
            bytes[8] == 0x20, bytes[9].isDigit, bytes[10].isDigit, bytes[11].isDigit,
            bytes[12] == 0x20 || bytes[12] == 0x0D, let end = bytes.lineEnd(from: 12), bytes[end - 1] == 0x0D
        else { throw .badHead }
        reading.status = Int(bytes[9] - 48) * 100 + Int(bytes[10] - 48) * 10 + Int(bytes[11] - 48)
        guard reading.status >= 100 else { throw .badHead }
        reading.statusLineEnd = end + 1
        reading.isKeptAlive = bytes[7] == 0x31
        return reading
    }

    private static func number(_ digits: Slice<UnsafeRawBufferPointer>) throws(ResponseError) -> Int {
        guard !digits.isEmpty, digits.count <= 15 else { throw .badFraming }
        var number = 0
        for digit in digits {
            guard digit.isDigit else { throw .badFraming }
            number = number * 10 + Int(digit - 48)
        }
        return number
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func lineEnd(from offset: Int) -> Int? {
        guard let start = baseAddress, let found = memchr(start + offset, 0x0A, count - offset) else { return nil }
        return start.distance(to: UnsafeRawPointer(found))
    }
}

extension Slice<UnsafeRawBufferPointer> {
    /// What stands behind `name:`, when this line is that field.
    @inline(__always)
    fileprivate func value(of name: StaticString) -> Self? {
        let length = name.utf8CodeUnitCount
        guard count > length, base[startIndex + length] == UInt8(ascii: ":"), isWord(name, length: length) else {
            return nil
        }
        return self[(startIndex + length + 1)...].trimmingBlanks
    }

    fileprivate func isWord(_ word: StaticString) -> Bool {
        count == word.utf8CodeUnitCount && isWord(word, length: count)
    }

    /// Whether the first letters are `word`'s, capital or small.
    private func isWord(_ word: StaticString, length: Int) -> Bool {
        for offset in 0..<length where base[startIndex + offset].asciiLowercased != word.utf8Start[offset] {
            return false
        }
        return true
    }
}
