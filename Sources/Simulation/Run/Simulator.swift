import Synchronization

/// Runs seeded schedules of customers, faults and crashes against the real engine, and checks the promises after each
/// step. With each schedule goes one for an inventory alone, compared with a reference: it has the commands that no
/// customer can give yet.
///
/// A schedule is made of its seed alone and runs on one thread; so the same seed gives the same run, byte for byte.
public struct Simulator: Sendable {
    /// How many schedules.
    public var schedules: Int
    /// The seed of the first; each schedule has the next.
    public var seed: UInt64
    /// Commands of each.
    public var steps: Int
    /// A deliberate bug.
    public var plant: Plant?

    /// The commands of a schedule that find every plant well.
    public static let defaultSteps = 60

    /// Describes a run.
    public init(schedules: Int, seed: UInt64, steps: Int = defaultSteps, plant: Plant? = nil) {
        self.schedules = schedules
        self.seed = seed
        self.steps = steps
        self.plant = plant
    }

    /// Runs the schedules until one fails.
    ///
    /// - Parameters:
    ///   - threads: How many schedules run at a time. The report does not depend on it.
    ///   - progress: Is told how many schedules are done, from any thread.
    public func run(threads: Int = 1, progress: @escaping @Sendable (Int) -> Void = { _ in }) async -> SimulationReport
    {
        let work = WorkList()
        await withDiscardingTaskGroup { group in
            for _ in 0..<threads {
                group.addTask { runSchedules(of: work, progress) }
            }
        }
        return report(work.finished)
    }

    /// The lines of one schedule's trace.
    func trace(seed: UInt64) -> [String] {
        outcome(lines(seed), seed: seed, keepsTrace: true).trace.lines
    }

    private func runSchedules(of work: WorkList, _ progress: (Int) -> Void) {
        while let index = work.takeNext(below: schedules) {
            let seed = seed &+ UInt64(index)
            let inventoryViolation = InventorySchedule.violation(
                of: InventorySchedule(seed: seed, count: steps).lines, seed: seed, plant: plant)
            progress(work.finish(index, outcome(lines(seed), seed: seed), inventoryViolation))
        }
    }

    private func lines(_ seed: UInt64) -> [ScheduleLine] {
        var generator = ScheduleGenerator(seed: seed)
        return generator.lines(count: steps)
    }

    private func outcome(
        _ lines: [ScheduleLine], seed: UInt64, keepsTrace: Bool = false
    ) -> ScheduleRun.Outcome {
        ScheduleRun.run(lines, seed: seed, plant: plant, keepsTrace: keepsTrace)
    }

    /// Counts the schedules up to the first that failed: which others ran beside it is chance.
    private func report(_ work: WorkList.State) -> SimulationReport {
        var report = SimulationReport()
        var hash = Trace(keepsLines: false)
        for index in 0...(work.firstFailure ?? schedules) {
            guard let outcome = work.outcomes[index] else { break }
            report.schedules += 1
            report.steps += outcome.steps
            report.latePayments += outcome.latePayments
            report.faults.merge(outcome.injected, uniquingKeysWith: +)
            hash.note("\(outcome.trace.hash)")
            if let violation = outcome.violation {
                report.failure = failure(seed: seed &+ UInt64(index), violation)
            } else if let violation = work.inventoryViolations[index] {
                report.failure = inventoryFailure(seed: seed &+ UInt64(index), violation)
            }
        }
        report.traceHash = hash.hash
        return report
    }

    private func inventoryFailure(seed: UInt64, _ violation: Violation) -> SimulationReport.Failure {
        let lines = InventorySchedule(seed: seed, count: steps).lines
        var shrinker = Shrinker { InventorySchedule.violation(of: $0, seed: seed, plant: plant) }
        let (shrunk, shrunkViolation) = shrinker.shrink(lines, violation)
        return SimulationReport.Failure(
            seed: seed, violation: violation, commandCount: lines.count, commands: shrunk.map(\.description),
            shrunkViolation: shrunkViolation, trace: [])
    }

    private func failure(seed: UInt64, _ violation: Violation) -> SimulationReport.Failure {
        let lines = lines(seed)
        var shrinker = Shrinker { outcome($0, seed: seed).violation }
        let (shrunk, shrunkViolation) = shrinker.shrink(lines, violation)
        return SimulationReport.Failure(
            seed: seed, violation: violation, commandCount: lines.count, commands: shrunk.map(\.command.description),
            shrunkViolation: shrunkViolation,
            trace: outcome(shrunk, seed: seed, keepsTrace: true).trace.lines)
    }
}

/// Hands schedules out in order, and collects what became of them.
private final class WorkList: Sendable {
    struct State {
        var next = 0
        var outcomes: [Int: ScheduleRun.Outcome] = [:]
        var inventoryViolations: [Int: Violation] = [:]
        var firstFailure: Int?
    }

    private let state = Mutex(State())

    var finished: State { state.withLock { $0 } }

    func takeNext(below limit: Int) -> Int? {
        state.withLock { state in
            guard state.next < limit, state.firstFailure == nil else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }

    /// - Returns: How many are finished.
    func finish(_ index: Int, _ outcome: ScheduleRun.Outcome, _ inventoryViolation: Violation?) -> Int {
        state.withLock { state in
            state.outcomes[index] = outcome
            state.inventoryViolations[index] = inventoryViolation
            if outcome.violation != nil || inventoryViolation != nil {
                state.firstFailure = min(index, state.firstFailure ?? index)
            }
            return state.outcomes.count
        }
    }
}
