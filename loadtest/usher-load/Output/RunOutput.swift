/// Something that a run is written to, while it goes on or at its end.
protocol RunOutput {
    mutating func add(_ second: Second) throws
    mutating func finish(_ result: RunResult) throws
}

extension RunOutput {
    mutating func add(_ second: Second) {}
}
