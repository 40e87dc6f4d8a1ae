import ArgumentParser
import Foundation
import Simulation
import Synchronization

/// `usher simulate`: lets the engine live through seeded faults and crashes, and checks the promises after each step.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Run the booking engine through faults and crashes that a seed decides.",
        discussion: """
            Needs no server: stores, clock, payment and crashes are simulated, the engine is the real one. The same seed \
            repeats a run exactly. Exits with 0 when every promise was kept, and with 1 when one was broken.
            """)

    @Option(help: "How many schedules to run.")
    var schedules = 1_000

    @Option(help: "The first schedule's seed; each has the next. By default a random one, which is printed.")
    var seed: UInt64?

    @Option(help: "How many commands each schedule has.")
    var steps = Simulator.defaultSteps

    @Option(
        help: """
            A deliberate bug, to see that it is found: \(Plant.allCases.map(\.rawValue).joined(separator: ", ")).
            """, transform: plant(named:))
    var plant: Plant?

    @Option(
        help: """
            Instead of schedules, try all sequences of so many commands on a tiny inventory, next to the reference. Six \
            take minutes.
            """)
    var exhaustive: Int?

    @Flag(help: "With a broken promise, tell all that happened.")
    var trace = false

    func validate() throws {
        guard (1...10_000_000).contains(schedules) else { throw ValidationError("--schedules must be 1 to 10000000") }
        guard (1...100_000).contains(steps) else { throw ValidationError("--steps must be 1 to 100000") }
        guard (1...8).contains(exhaustive ?? 1) else { throw ValidationError("--exhaustive must be 1 to 8") }
    }

    func run() async throws {
        if let exhaustive { return try tryAllSequences(exhaustive) }
        let seed = seed ?? UInt64.random(in: 0...999_999_999)
        print("\(schedules) schedules of \(steps) steps (--seed \(seed))")
        let simulator = Simulator(schedules: schedules, seed: seed, steps: steps, plant: plant)
        let started = ContinuousClock.now
        let report = await run(simulator)
        print(text(of: report, after: ContinuousClock.now - started))
        guard report.failure == nil else { throw ExitCode(1) }
    }

    private func tryAllSequences(_ length: Int) throws {
        do {
            let walk = try ExhaustiveWalk(length: length, branchesOnRefused: true)
            print("\(walk.commands) commands in all sequences of \(length) agree with the reference")
        } catch {
            print("\(error)")
            throw ExitCode(1)
        }
    }

    /// Shows the progress on a terminal only.
    private func run(_ simulator: Simulator) async -> SimulationReport {
        let isTerminal = isatty(STDERR_FILENO) == 1
        let bar = Mutex(ProgressBar(isTerminal: true))
        let report = await simulator.run(threads: ProcessInfo.processInfo.activeProcessorCount) { done in
            guard isTerminal else { return }
            bar.withLock { $0.show(Double(done) / Double(schedules), "\(done) of \(schedules) schedules") }
        }
        if isTerminal { bar.withLock { $0.finish() } }
        return report
    }

    private func text(of report: SimulationReport, after elapsed: Duration) -> String {
        let seconds = elapsed / .seconds(1)
        var lines = [
            "schedules    \(report.schedules)",
            "steps        \(report.steps)",
            "faults       \(report.faults.values.reduce(0, +))",
        ]
        lines += report.faults.sorted { $0.key < $1.key }.map { "             \($0.value) \($0.key)" }
        lines += [
            "late         \(report.latePayments) payments after their bookings had failed, sold or given back",
            "trace        \(String(report.traceHash, radix: 16))",
            "violations   \(report.failure == nil ? 0 : 1)",
            String(format: "speed        %.0f schedules/s", Double(report.schedules) / seconds),
        ]
        if let failure = report.failure { lines += text(of: failure) }
        return lines.joined(separator: "\n")
    }

    private func text(of failure: SimulationReport.Failure) -> [String] {
        let plant = plant.map { " --plant \($0.rawValue)" } ?? ""
        let happened = trace ? [""] + failure.trace : []
        return [
            "", "Schedule with seed \(failure.seed) broke \(failure.violation)", "",
            "\(failure.commands.count) of its \(failure.commandCount) commands break \(failure.shrunkViolation):",
        ] + failure.commands.enumerated().map { "  \($0.offset + 1). \($0.element)" } + happened + [
            "", "Repeat it: usher simulate --schedules 1 --seed \(failure.seed) --steps \(steps)\(plant)",
        ]
    }
}

private func plant(named name: String) throws -> Plant {
    guard let plant = Plant(rawValue: name) else { throw ValidationError("there is no bug \(name) to plant") }
    return plant
}
