import ArgumentParser
import Foundation

/// `make faults`: breaks everything around a running server, and checks that it keeps its promises.
@main
struct FaultsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usher-faults", abstract: "Break what Usher runs on, and check what its customers were promised.",
        discussion: """
            Exits with 0 when every promise was kept and every planted fault was found, with 1 when not, and with 2 when \
            the suite could not run. The seed repeats the plan of a scenario; what meets what is up to the machine.
            """)

    @Option(help: "The `usher` program.")
    var usher: String

    @Option(help: "One scenario, rather than all of them and the planted faults.")
    var scenario: String?

    @Option(help: "The seed of the plan. By default a random one, which is printed.")
    var seed: UInt64?

    @Option(help: "A fault to plant: \(Plant.allCases.map(\.rawValue).joined(separator: ", ")).")
    var plant: Plant?

    @Flag(help: "Cut long outages short.")
    var quick = false

    @Flag(help: "List the scenarios.")
    var list = false

    func run() async throws {
        let scenarios = Scenario.all(isQuick: quick)
        if list {
            for scenario in scenarios { print("\(scenario.name): \(scenario.summary)") }
            return
        }
        let name = plant?.scenario ?? scenario
        let chosen = scenarios.filter { name == nil || $0.name == name }
        guard !chosen.isEmpty else { throw ValidationError("there is no scenario \(name ?? ""): see --list") }
        var runs = chosen.map { ($0, plant) }
        if name == nil {
            runs += Plant.allCases.flatMap { plant in
                scenarios.filter { $0.name == plant.scenario }.map { ($0, plant) }
            }
        }
        var summary = Summary()
        do {
            for (scenario, plant) in runs { summary.add(try await run(scenario, plant), plant) }
        } catch {
            FileHandle.standardError.write(Data("usher-faults: \(error)\n".utf8))
            throw ExitCode(2)
        }
        say(summary.text)
        guard summary.isGood else { throw ExitCode(1) }
    }

    private func run(_ scenario: Scenario, _ plant: Plant?) async throws -> Report {
        let options = World.Options(
            program: URL(filePath: usher), repository: Self.repository, name: "faults",
            seed: seed ?? UInt64.random(in: 0...9_999), isQuick: quick)
        guard let plant else {
            let report = try await Sale.run(scenario, options)
            say(report.text(details: 12))
            return report
        }
        let report = try await Sale.find(plant, in: scenario, options)
        say("planted \(plant.rawValue): \(report.isGood ? "NOT FOUND" : "found")")
        say(report.text(details: 3))
        return report
    }

    /// Prints a text now, and not when the suite ends, also when nobody but a file is listening.
    private func say(_ text: String) {
        FileHandle.standardOutput.write(Data("\(text)\n".utf8))
    }

    static var repository: URL {
        URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }
}

extension Plant: ExpressibleByArgument {}
