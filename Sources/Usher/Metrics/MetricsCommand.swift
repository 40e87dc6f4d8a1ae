import ArgumentParser

/// `usher metrics`: what can be watched, as the README shows it.
struct MetricsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "metrics", abstract: "Print every metric of `/metrics`, as a Markdown table.")

    func run() {
        print(MetricTable.markdown)
    }
}
