internal import CHiredis

/// A command with its arguments: `RedisCommand("SET", ["seat", .bytes([1, 2])])`.
///
/// The connection is shared. Commands that block (`BLPOP`), that change the connection for those who come after
/// (`SELECT`, `MULTI`, `CLIENT REPLY`) or that answer more than once (`SUBSCRIBE`, `MONITOR`) must not be sent over it.
public struct RedisCommand: Sendable {
    /// The command's name.
    public let name: String
    /// What follows the name.
    public let arguments: [RedisArgument]

    /// Creates a command. Nothing is checked before Redis sees it.
    public init(_ name: String, _ arguments: [RedisArgument] = []) {
        self.name = name
        self.arguments = arguments
    }
}

/// One argument of a command. Redis sees bytes in every case.
public enum RedisArgument: Sendable, Equatable, ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral {
    /// Text, sent as UTF-8.
    case string(String)
    /// A number, sent in decimal.
    case integer(Int64)
    /// Any bytes.
    case bytes([UInt8])

    /// Creates a ``string(_:)``.
    public init(stringLiteral value: String) { self = .string(value) }

    /// Creates an ``integer(_:)``.
    public init(integerLiteral value: Int64) { self = .integer(value) }
}

extension RedisCommand {
    /// The command in RESP, as hiredis writes it.
    func encoded() throws(RedisError) -> [UInt8] {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for argument in [.string(name)] + arguments {
            argument.append(to: &bytes)
            ends.append(bytes.count)
        }
        guard let encoded = Self.format(bytes, ends: ends) else {
            throw RedisError(.protocolViolation, "\(name) cannot be encoded: it is too large. Send less at once.")
        }
        return encoded
    }

    private static func format(_ bytes: [UInt8], ends: [Int]) -> [UInt8]? {
        bytes.withUnsafeBytes { buffer in
            let text = buffer.assumingMemoryBound(to: CChar.self).baseAddress
            let starts = [0] + ends.dropLast()
            var arguments = starts.map { start in text.map { $0 + start } }
            let lengths = zip(starts, ends).map { $1 - $0 }

            var formatted: UnsafeMutablePointer<CChar>?
            let count = redisFormatCommandArgv(&formatted, CInt(ends.count), &arguments, lengths)
            guard count >= 0, let formatted else { return nil }
            defer { redisFreeCommand(formatted) }
            return Array(UnsafeRawBufferPointer(start: formatted, count: Int(count)))
        }
    }
}

extension RedisArgument {
    fileprivate func append(to buffer: inout [UInt8]) {
        switch self {
        case .string(let text): buffer.append(contentsOf: text.utf8)
        case .integer(let number): buffer.append(contentsOf: String(number).utf8)
        case .bytes(let bytes): buffer.append(contentsOf: bytes)
        }
    }
}
