/// One reply of Redis (RESP2).
public indirect enum RedisValue: Sendable, Equatable {
    /// No such value: a null bulk string or a null array.
    case null
    /// A signed integer.
    case integer(Int64)
    /// A bulk string: any bytes.
    case string([UInt8])
    /// A short word, such as `OK`.
    case status(String)
    /// An error inside of an array. An error that is the whole reply is thrown as ``RedisError`` instead.
    case error(RedisServerError)
    /// Replies in order.
    case array([RedisValue])
}

extension RedisValue {
    /// The text of a bulk string or a status; nil for everything else. Bytes that are not UTF-8 are replaced.
    public var text: String? {
        switch self {
        case .string(let bytes): String(decoding: bytes, as: UTF8.self)
        case .status(let word): word
        case .null, .integer, .error, .array: nil
        }
    }

    /// The number of an integer reply; nil for everything else.
    public var integer: Int64? {
        if case .integer(let number) = self { number } else { nil }
    }

    /// The elements of an array reply; nil for everything else.
    public var array: [RedisValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }
}

/// An error that Redis answered, such as `WRONGTYPE Operation against a key holding the wrong kind of value`.
public struct RedisServerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The whole reply.
    public let message: String

    /// Creates an error from the text of a reply.
    public init(_ message: String) {
        self.message = message
    }

    /// The first word, by which errors are told apart.
    public var prefix: String {
        String(message.prefix { $0 != " " })
    }

    /// The whole reply.
    public var description: String { message }
}
