import Booking

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

    /// A time of RFC 3339.
    func timestamp(forKey key: Key) throws -> Timestamp {
        guard let timestamp = Timestamp(rfc3339: try decode(String.self, forKey: key)) else {
            throw FieldError(codingPath + [key], FieldError.timeRequirement)
        }
        return timestamp
    }

    /// A time of RFC 3339; nil when there is none, or null.
    func timestampIfPresent(forKey key: Key) throws -> Timestamp? {
        guard contains(key), try !decodeNil(forKey: key) else { return nil }
        return try timestamp(forKey: key)
    }
}
