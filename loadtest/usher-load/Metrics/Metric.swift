/// The names of what is measured: k6's, where k6 has the same.
enum Metric {
    static let checks = "checks"
    static let dataReceived = "data_received"
    static let dataSent = "data_sent"
    static let dropped = "dropped_iterations"
    static let duration = "http_req_duration"
    static let iterationDuration = "iteration_duration"
    static let iterations = "iterations"
    static let requests = "http_reqs"
    static let requestsFailed = "http_req_failed"
    static let users = "vus"
    static let usersMax = "vus_max"
    static let waiting = "http_req_waiting"

    // MARK: - Not k6's

    /// Answers by the first digit of their status.
    static let status = "http_status"
    /// How much later than planned the tool itself began iterations.
    static let lateness = "iteration_lateness"
    /// Iterations that the end of the test cut off.
    static let interrupted = "interrupted_iterations"
    /// Iterations that ended with an error of the journey itself.
    static let broken = "broken_iterations"
}
