import ArgumentParser

/// `usher-load`: puts load on a server, and tells what it did to it.
@main
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usher-load", abstract: "Put load on a running Usher, and measure it.",
        discussion: """
            Exits with 0 when all thresholds were kept, with 99 when one was crossed, with 98 when `--verify` found a \
            broken promise, with 105 after Ctrl-C, and with 2 when the test could not run.
            """,
        subcommands: [RunCommand.self, ListCommand.self, PrintCommand.self])
}

struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the scenarios that come with the program, and the journeys.")

    func run() throws {
        print("Scenarios (usher-load run NAME):")
        for name in ShippedScenarios.names {
            let plan = try PlanReader.read(ShippedScenarios.yaml(name) ?? "", file: name)
            print("  \(name.padding(10)) \(plan.description)")
        }
        print("\nJourneys (`exec` in a scenario file):")
        for journey in Journeys.all { print("  \(journey.name.padding(10)) \(journey.summary)") }
    }
}

struct PrintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "print", abstract: "Print a scenario's file, to begin your own with.")

    @Argument(help: "A scenario's name: see list.")
    var scenario: String

    func run() throws {
        guard let yaml = ShippedScenarios.yaml(scenario) else {
            throw ValidationError(
                "there is no scenario \(scenario): it is one of \(ShippedScenarios.names.joined(separator: ", "))")
        }
        print(yaml, terminator: "")
    }
}

extension String {
    fileprivate func padding(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
