extension Scenario {
    /// All scenarios, in the order in which they are run.
    ///
    /// - Parameter isQuick: Whether long outages are cut short.
    static func all(isQuick: Bool) -> [Scenario] {
        let servers: [Scenario] = [.calm, .killRandomly] + killAtMoments + [.takeover, .rogueWriter]
        let stores: [Scenario] = [
            .postgresRestart, .postgresCut, .postgresFull, .redisFlush, .redisRestart, .redisStall, .kafkaForgets,
            .kafkaKill,
        ]
        let requests: [Scenario] = [.latePayments, .retries] + gateway
        return servers + stores + requests + [.notifiers, .clockJumps] + outages(isQuick: isQuick)
    }
}
