/// A minute without a store.
extension Scenario {
    /// - Parameter isQuick: Whether it is only a few seconds.
    static func outages(isQuick: Bool) -> [Scenario] {
        let length = Duration.seconds(isQuick ? 6 : 60)
        return [
            without([.redis], "Redis", for: length), without([.kafka], "Kafka", for: length),
            without([.redis, .kafka], "Redis and Kafka", for: length), without([.postgres], "PostgreSQL", for: length),
        ]
    }

    /// What is refused within this time of the database's end may have been under way.
    private static let noticeTime = Duration.seconds(1)
    /// The promise for a database that is back.
    private static let healingTime = Duration.seconds(5)

    private static func without(_ stores: [Stack.Server], _ names: String, for length: Duration) -> Scenario {
        let hasDatabase = !stores.contains(.postgres)
        return Scenario(
            name: "without-" + stores.map(\.rawValue).joined(separator: "-"), summary: "\(names) away for \(length)",
            duration: length + .seconds(10), leavesHoldsBehind: stores.contains(.redis)
        ) { sale in
            let world = sale.world
            try await world.wait(milliseconds: 1_000...2_000)
            world.note("\(names) away for \(length)")
            let start = world.journal.now
            try await world.stack.without(stores, for: length) {
                world.endOutage(
                    "without \(names)", hasDatabase ? .salesGoOn : .bookingsAreRefused,
                    since: hasDatabase ? start : start + noticeTime)
            }
            world.healed(bookingsWithin: healingTime)
        }
    }
}
