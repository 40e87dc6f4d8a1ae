import ArgumentParser

/// `usher configuration`: what can be set, as the README shows it.
struct ConfigurationCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "configuration", abstract: "Print every setting with its values and default, as a Markdown table.")

    func run() {
        print(ConfigurationKey.markdownTable)
    }
}

extension ConfigurationKey {
    /// All settings as the README's table, without a line break at the end.
    static var markdownTable: String {
        let head = """
            | environment variable | key in `usher.yaml` | value | default | what it is |
            |---|---|---|---|---|
            """
        return ([head] + allCases.map(\.markdownRow)).joined(separator: "\n")
    }

    private var markdownRow: String {
        let definition = definition
        let defaultValue = definition.defaultValue.map { "`\($0)`" } ?? ""
        return
            "| `\(variable)` | `\(rawValue)` | \(definition.kind.requirement) | \(defaultValue) | \(definition.purpose) |"
    }
}
