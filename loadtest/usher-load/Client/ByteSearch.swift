#if canImport(Glibc)
import Glibc
#endif

extension UnsafeRawBufferPointer {
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
