/// The stores go away, come back, and forget.
extension Scenario {
    static let postgresRestart = Scenario(
        name: "postgres-restart", summary: "PostgreSQL is shut down at once, and recovers"
    ) { sale in
        for _ in 1...2 {
            try await sale.world.wait(milliseconds: 1_500...3_000)
            sale.world.note("immediate shutdown of PostgreSQL")
            try await sale.world.stack.crash(.postgres)
            try await sale.world.wait(milliseconds: 0...1_500)
            try await sale.world.stack.up()
            sale.world.healed()
        }
    }

    static let postgresCut = Scenario(
        name: "postgres-cut", summary: "the connection to PostgreSQL breaks during COMMIT"
    ) { sale in
        for moment in [Moment.beforeQueuedCommit, .afterQueuedCommit, .beforeConfirmedCommit, .afterConfirmedCommit] {
            try await sale.world.wait(milliseconds: 300...1_500)
            let trap = try await sale.catching(moment)
            sale.world.note("the connection breaks at \(moment.rawValue)")
            trap.cut()
            sale.world.healed()
        }
    }

    static let redisFlush = Scenario(name: "redis-flush", summary: "Redis forgets everything") { sale in
        for _ in 1...2 {
            try await sale.world.wait(milliseconds: 2_000...3_500)
            sale.world.note("FLUSHALL")
            try await Redis(port: try sale.world.stack.port(of: .redis)).send("FLUSHALL")
            sale.world.healed()
        }
    }

    static let redisRestart = Scenario(
        name: "redis-restart", summary: "Redis is killed, and comes back", leavesHoldsBehind: true
    ) { sale in
        for _ in 1...2 {
            try await sale.world.wait(milliseconds: 1_500...2_500)
            sale.world.note("kill -9 of Redis")
            try await sale.world.stack.crash(.redis)
            try await sale.world.wait(milliseconds: 0...1_500)
            try await sale.world.stack.up()
            sale.world.healed()
        }
    }

    static let redisStall = Scenario(
        name: "redis-stall", summary: "Redis says nothing for five seconds", duration: .seconds(14),
        leavesHoldsBehind: true
    ) { sale in
        try await sale.world.wait(milliseconds: 1_500...3_000)
        sale.world.note("Redis stalls for 5 s")
        sale.world.redis.set(.stalled)
        try await Pause.lasting(.seconds(5))
        sale.world.redis.set(.fair)
        sale.world.healed()
    }

    static let kafkaKill = Scenario(
        name: "kafka-kill", summary: "the broker is killed, comes back, and may have lost its last events",
        losesEvents: true
    ) { sale in
        for _ in 1...2 {
            try await sale.world.wait(milliseconds: 1_000...2_500)
            sale.world.note("kill -9 of the broker")
            let start = sale.world.journal.now
            try await sale.world.stack.crash(.kafka)
            try await sale.world.wait(milliseconds: 1_000...3_000)
            try await sale.world.stack.up()
            sale.world.endOutage("without the broker", .salesGoOn, since: start)
        }
    }

    static let kafkaForgets = Scenario(name: "kafka-forgets", summary: "the broker loses its log") { sale in
        try await sale.world.wait(milliseconds: 2_000...4_000)
        sale.world.note("the broker loses its log")
        try await sale.world.stack.crash(.kafka)
        try sale.world.stack.forgetLog()
        try await sale.world.stack.up()
        sale.world.healed()
    }
}
