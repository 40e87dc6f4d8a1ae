internal import CHiredis

/// Turns the bytes of a connection into replies, by hiredis' reader.
///
/// It owns C memory and is no `Sendable`: it lives and dies in its channel's handler, on the event loop.
/// hiredis itself refuses arrays nested deeper than seven; ``Limits`` bounds the rest, so that a peer which went mad
/// cannot take our memory.
struct ReplyReader: ~Copyable {
    struct Limits {
        /// How many bytes one reply may have on the wire.
        var bytes = 64 << 20
        /// How many values one reply may be made of, promised or sent.
        var values = 1 << 20
    }

    private let limits: Limits
    private let builder: ReplyBuilder
    private let functions: UnsafeMutablePointer<redisReplyObjectFunctions>
    private let reader: UnsafeMutablePointer<redisReader>
    private var unfinishedBytes = 0

    init(limits: Limits = Limits()) throws(RedisError) {
        self.limits = limits
        builder = ReplyBuilder(maximumValues: limits.values)
        functions = .allocate(capacity: 1)
        functions.initialize(to: ReplyBuilder.functions)
        guard let reader = redisReaderCreateWithFunctions(functions) else {
            functions.deallocate()
            throw RedisError(.connection, "there is no memory for a reader of replies.")
        }
        // Unretained: `self` keeps the builder for as long as the reader exists.
        reader.pointee.privdata = Unmanaged.passUnretained(builder).toOpaque()
        self.reader = reader
    }

    deinit {
        redisReaderFree(reader)
        functions.deallocate()
    }

    /// Takes bytes in and appends the replies that they complete to `replies`.
    mutating func feed(_ bytes: UnsafeRawBufferPointer, appendingTo replies: inout [RedisValue]) throws(RedisError) {
        unfinishedBytes += bytes.count
        redisReaderFeed(reader, bytes.assumingMemoryBound(to: CChar.self).baseAddress, bytes.count)
        while let reply = try next() {
            replies.append(reply)
            unfinishedBytes = 0
        }
        guard unfinishedBytes <= limits.bytes else {
            throw RedisError(
                .protocolViolation, "a reply has more than \(limits.bytes) bytes. Ask for less at once.")
        }
    }

    private func next() throws(RedisError) -> RedisValue? {
        var reply: UnsafeMutableRawPointer?
        guard redisReaderGetReply(reader, &reply) == REDIS_OK else { throw failure }
        return reply == nil ? nil : builder.takeReply()
    }

    private var failure: RedisError {
        if builder.isOverLimit {
            return RedisError(
                .protocolViolation, "a reply has more than \(limits.values) values. Ask for less at once.")
        }
        let reason = withUnsafeBytes(of: reader.pointee.errstr) { text in
            String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
        }
        return RedisError(
            .protocolViolation, "the peer's answer is not RESP2: \(reason). Check that the URL leads to Redis.")
    }
}

/// Builds a ``RedisValue`` from hiredis' calls, which come depth first: an array, then its elements.
private final class ReplyBuilder {
    private struct OpenArray {
        let count: Int
        var elements: [RedisValue] = []
    }

    private let maximumValues: Int
    private var values = 0
    private var openArrays: [OpenArray] = []
    private var reply: RedisValue?

    init(maximumValues: Int) {
        self.maximumValues = maximumValues
    }

    var isOverLimit: Bool { values > maximumValues }

    func takeReply() -> RedisValue? {
        defer {
            reply = nil
            values = 0
        }
        return reply
    }

    /// False when the reply has become too large.
    private func append(_ value: RedisValue) -> Bool {
        values += 1
        var value = value
        while var array = openArrays.popLast() {
            array.elements.append(value)
            if array.elements.count < array.count {
                openArrays.append(array)
                return !isOverLimit
            }
            value = .array(array.elements)
        }
        reply = value
        return !isOverLimit
    }

    private func openArray(_ count: Int) -> Bool {
        guard count > 0 else { return append(.array([])) }
        // The promised elements count when they come; a promise beyond the limit is refused at once.
        guard count <= maximumValues - values else {
            values = maximumValues + 1
            return false
        }
        values += 1
        openArrays.append(OpenArray(count: count))
        return true
    }
}

extension ReplyBuilder {
    /// hiredis only asks whether the pointer that it gets back is null: null ends the parsing, and the values
    /// themselves stay in the builder. So there is nothing to free.
    static var functions: redisReplyObjectFunctions {
        redisReplyObjectFunctions(
            createString: { task, text, count in
                ReplyBuilder.build(task) { builder in
                    let bytes = UnsafeRawBufferPointer(start: text, count: count)
                    return builder.append(ReplyBuilder.string(bytes, type: task?.pointee.type))
                }
            },
            createArray: { task, count in ReplyBuilder.build(task) { $0.openArray(Int(count)) } },
            createInteger: { task, number in ReplyBuilder.build(task) { $0.append(.integer(number)) } },
            createNil: { task in ReplyBuilder.build(task) { $0.append(.null) } },
            freeObject: { _ in })
    }

    private static func build(
        _ task: UnsafePointer<redisReadTask>?, _ step: (ReplyBuilder) -> Bool
    ) -> UnsafeMutableRawPointer? {
        guard let pointer = task?.pointee.privdata else { return nil }
        return step(Unmanaged<ReplyBuilder>.fromOpaque(pointer).takeUnretainedValue()) ? pointer : nil
    }

    private static func string(_ bytes: UnsafeRawBufferPointer, type: CInt?) -> RedisValue {
        switch type {
        case REDIS_REPLY_STATUS: .status(String(decoding: bytes, as: UTF8.self))
        case REDIS_REPLY_ERROR: .error(RedisServerError(String(decoding: bytes, as: UTF8.self)))
        default: .string(Array(bytes))
        }
    }
}
