import Inventory
import RedisDriver

/// The keys of one offering. The braces keep them in one slot of a cluster.
struct HoldKeys {
    private let prefix: String

    init(_ offering: UniqueID) {
        prefix = "usher:{\(offering)}"
    }

    var epoch: String { "\(prefix):epoch" }
    var deadlines: String { "\(prefix):holds" }

    func hold(_ name: String) -> String { "\(prefix):hold:\(name)" }
}

extension RedisScript {
    /// Refuses an epoch older than the highest that was seen, and remembers a newer one.
    private static let fence = """
        local seen = tonumber(redis.call('GET', KEYS[1]) or '0')
        local epoch = tonumber(ARGV[1])
        if epoch < seen then
            return redis.error_reply('FENCED epoch ' .. ARGV[1] .. ' is older than ' .. seen)
        end
        if epoch > seen then
            redis.call('SET', KEYS[1], ARGV[1])
        end

        """

    /// KEYS: epoch, deadlines. ARGV: epoch, now. Returns the names of the holds that last beyond now.
    static let open = RedisScript(
        fence + """
            return redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. ARGV[2], '+inf')
            """)

    /// KEYS: epoch, deadlines, holds. ARGV: epoch, now, until when the last of the holds is kept; then of each hold its
    /// line, its name, its deadline, until when it is kept. An empty line is a hold that was removed; it stays so.
    static let write = RedisScript(
        fence + """
            local added, removed = {}, {}
            for index = 3, #KEYS do
                local first = 4 * (index - 2)
                local line, name, deadline, kept = ARGV[first], ARGV[first + 1], ARGV[first + 2], ARGV[first + 3]
                if line == '' then
                    redis.call('SET', KEYS[index], '', 'PXAT', kept)
                    removed[#removed + 1] = name
                else
                    local is_written = redis.call('SET', KEYS[index], line, 'PXAT', kept, 'NX')
                    if not is_written and redis.call('GET', KEYS[index]) ~= '' then
                        local known = redis.call('ZSCORE', KEYS[2], name)
                        is_written = not known or tonumber(known) <= tonumber(deadline)
                        if is_written then redis.call('SET', KEYS[index], line, 'PXAT', kept) end
                    end
                    if is_written then
                        added[#added + 1] = deadline
                        added[#added + 1] = name
                    end
                end
            end
            if #added > 0 then
                redis.call('ZADD', KEYS[2], unpack(added))
                redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', ARGV[2])
                redis.call('PEXPIREAT', KEYS[2], ARGV[3], 'NX')
                redis.call('PEXPIREAT', KEYS[2], ARGV[3], 'GT')
            end
            if #removed > 0 then redis.call('ZREM', KEYS[2], unpack(removed)) end
            return 1
            """)

    /// KEYS: mark. ARGV: the mark to set if there is none.
    static let incarnation = RedisScript(
        """
        redis.call('SET', KEYS[1], ARGV[1], 'NX')
        local info = redis.pcall('INFO', 'server')
        local run = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or ''
        return run .. ':' .. redis.call('GET', KEYS[1])
        """)
}
