extension Scenario {
    /// All scenarios, in the order in which they are run.
    ///
    /// - Parameter isQuick: Whether long outages are cut short.
    static func all(isQuick: Bool) -> [Scenario] {
        [.calm, .killRandomly] + killAtMoments + [
            .takeover, .rogueWriter, .postgresRestart, .postgresCut, .redisFlush, .redisRestart, .redisStall,
            .kafkaDown(isQuick: isQuick), .kafkaForgets, .latePayments, .retries,
        ] + gateway + [.notifiers, .clockJumps]
    }
}
