extension KeyedDecodingContainer {
    /// An integer. Foundation calls a whole body malformed when a number in it has a fraction or is too large; this
    /// says which number.
    func integer<Integer: FixedWidthInteger & Decodable>(forKey key: Key) throws -> Integer {
        do {
            return try decode(Integer.self, forKey: key)
        } catch  where !(error is DecodingError) {
            // The parser's own error, which the decoder would wrap without its path.
            throw FieldError(codingPath + [key], "must be an integer of \(Integer.bitWidth) bits at most")
        }
    }

    /// An integer; nil when there is none, or null.
    func integerIfPresent<Integer: FixedWidthInteger & Decodable>(forKey key: Key) throws -> Integer? {
        guard contains(key), try !decodeNil(forKey: key) else { return nil }
        return try integer(forKey: key)
    }
}
