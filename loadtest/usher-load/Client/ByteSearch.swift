import NIOCore

#if canImport(Glibc)
import Glibc
#endif

extension UnsafeRawBufferPointer {
    /// Where this byte first is.
    func firstOffset(of byte: UInt8) -> Int? {
        guard let start = baseAddress, let found = memchr(start, Int32(byte), count) else { return nil }
        return start.distance(to: UnsafeRawPointer(found))
    }

    /// Where `text` first begins. Much faster than `firstRange(of:)`, which is not specialized for bytes.
    func firstOffset(of text: UnsafeRawBufferPointer) -> Int? {
        guard let start = baseAddress, let wanted = text.baseAddress, text.count <= count else { return nil }
        var offset = 0
        while offset <= count - text.count {
            guard let found = memchr(start + offset, Int32(text[0]), count - text.count - offset + 1) else {
                return nil
            }
            if memcmp(found, wanted, text.count) == 0 { return start.distance(to: UnsafeRawPointer(found)) }
            offset = start.distance(to: UnsafeRawPointer(found)) + 1
        }
        return nil
    }
}

extension ByteBuffer {
    /// Whether it has this text somewhere: a cheap look where decoding JSON would cost more than the request.
    func contains(_ text: StaticString) -> Bool {
        withUnsafeReadableBytes { bytes in
            bytes.firstOffset(of: UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)) != nil
        }
    }
}
