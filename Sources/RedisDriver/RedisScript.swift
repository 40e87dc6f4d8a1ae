internal import Crypto

/// A Lua script that Redis runs in one step.
public struct RedisScript: Sendable {
    /// The script's text.
    public let source: String
    /// The digest of ``source`` in hexadecimal, by which `EVALSHA` finds it.
    public let sha1: String

    /// Creates a script. It is not sent before its first use.
    public init(_ source: String) {
        self.source = source
        sha1 = Insecure.SHA1.hash(data: Array(source.utf8)).map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }
}

extension RedisScript {
    func evalsha(keys: [String], arguments: [RedisArgument]) -> RedisCommand {
        RedisCommand("EVALSHA", [.string(sha1)] + Self.tail(keys, arguments))
    }

    func eval(keys: [String], arguments: [RedisArgument]) -> RedisCommand {
        RedisCommand("EVAL", [.string(source)] + Self.tail(keys, arguments))
    }

    private static func tail(_ keys: [String], _ arguments: [RedisArgument]) -> [RedisArgument] {
        [.integer(Int64(keys.count))] + keys.map { .string($0) } + arguments
    }
}
