-- Everyone wants the same few seats: each request asks to hold one of them, chosen at random.
-- usage: wrk ... -s storm.lua URL -- TOKEN SEATS      (SEATS: how many seats of row 1 are fought for)

local threads = {}

function setup(thread)
    thread:set("seed", #threads)
    table.insert(threads, thread)
end

function init(args)
    math.randomseed(os.time() + seed)
    seats = tonumber(args[2])
    headers = { ["Authorization"] = "Bearer " .. args[1], ["Content-Type"] = "application/json" }
    won, conflicts, errors = 0, 0, 0
end

function request()
    local body = string.format('{"seats":["STALLS-1-%d"]}', math.random(seats))
    return wrk.format("POST", nil, headers, body)
end

function response(status)
    if status == 201 then
        won = won + 1
    elseif status == 409 then
        conflicts = conflicts + 1
    else
        errors = errors + 1
    end
end

function done(summary, latency)
    local total = { won = 0, conflicts = 0, errors = 0 }
    for _, thread in ipairs(threads) do
        for name, sum in pairs(total) do
            total[name] = sum + thread:get(name)
        end
    end
    local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
    print(string.format("p50 %.2f ms, p99 %.2f ms", latency:percentile(50) / 1000, latency:percentile(99) / 1000))
    print(string.format("holds won: %d", total.won))
    print(string.format("conflicts: %d", total.conflicts))
    print(string.format("errors: %d", total.errors + failed))
end
