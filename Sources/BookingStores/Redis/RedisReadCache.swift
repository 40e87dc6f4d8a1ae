public import Booking
public import RedisDriver

/// A cache in Redis. Each text is kept with the generation in which its reading began, and a change begins a new one: so
/// what was read before a change is never taken for what holds after it, whoever is slow.
public struct RedisReadCache: ReadCache {
    /// More than this a cache cannot save. A change that Redis does not hear of in time is seen when `lifetime` is over.
    private static let patience = Duration.milliseconds(50)
    private static let lifetimeMilliseconds: Int64 = 3_000

    private let client: RedisClient
    private let prefix: String

    /// Makes a cache on a client that runs elsewhere.
    ///
    /// - Parameter name: Tells it from other caches.
    public init(name: String, client: RedisClient) {
        self.client = client
        // The braces keep its keys in one slot of a cluster.
        prefix = "usher:{\(name)}:"
    }

    public func text<Failure>(
        for question: String, orRead read: () async throws(Failure) -> String
    ) async throws(Failure) -> String {
        let key = RedisArgument.string("\(prefix)text:\(question)")
        let answer = await send(RedisCommand("MGET", [generationKey, key]))?.array
        let generation = answer.map { "\($0.first?.text ?? "0")\n" }
        if let generation, let kept = answer?.last?.text, kept.hasPrefix(generation) {
            return String(kept.dropFirst(generation.count))
        }
        let text = try await read()
        if let generation {
            _ = await send(
                RedisCommand("SET", [key, .string(generation + text), "PX", .integer(Self.lifetimeMilliseconds)]))
        }
        return text
    }

    public func invalidate() async {
        _ = await send(RedisCommand("INCR", [generationKey]))
    }

    private var generationKey: RedisArgument { .string("\(prefix)generation") }

    /// - Returns: Nil when Redis is away or slow.
    private func send(_ command: RedisCommand) async -> RedisValue? {
        guard client.isConnected else { return nil }
        return try? await client.send(command, patience: Self.patience)
    }
}
