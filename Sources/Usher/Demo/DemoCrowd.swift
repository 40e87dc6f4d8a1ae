import Foundation

/// All customers of a run: sends them in, counts what they meet, and shows how far they are.
actor DemoCrowd {
    /// The share of customers after which the marker is set.
    static let markedShare = 0.3

    private let size: Int
    private let marker: String?
    private var arrived = 0
    private var gone = 0
    private var tally = DemoTally()
    private var progress = ProgressBar()

    /// - Parameters:
    ///   - size: The number of customers.
    ///   - marker: A file to be created once `markedShare` of them have come.
    init(size: Int, marker: String?) {
        self.size = size
        self.marker = marker
    }

    /// Lets all customers come, each at the time of its plan, and waits until the last has gone.
    nonisolated func visit(_ customers: [DemoCustomer]) async -> DemoTally {
        let start = ContinuousClock.now
        await withDiscardingTaskGroup { group in
            for customer in customers {
                group.addTask {
                    try? await Task.sleep(until: start + customer.plan.arrival)
                    await self.arrive()
                    await self.leave(customer.visit())
                }
            }
        }
        return await finish()
    }

    private func arrive() {
        arrived += 1
        if let marker, arrived == Int((Double(size) * Self.markedShare).rounded(.up)) {
            let isCreated = FileManager.default.createFile(atPath: marker, contents: nil)
            if !isCreated { tally.failures.append("The marker \(marker) cannot be created.") }
        }
        show()
    }

    private func leave(_ visit: DemoTally) {
        gone += 1
        tally.add(visit)
        show()
    }

    private func finish() -> DemoTally {
        progress.finish()
        return tally
    }

    private func show() {
        progress.show(
            Double(gone) / Double(size),
            "\(arrived)/\(size) customers, \(tally.confirmed) confirmed, \(tally.holdsRefused) refused")
    }
}
