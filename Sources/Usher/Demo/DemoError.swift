/// Why the demo, or one of its customers, cannot go on.
struct DemoError: Error, Sendable, CustomStringConvertible {
    struct Code: Hashable, Sendable {
        /// The server, its database or its settings are not as the demo needs them.
        static let cannotRun = Self(name: "cannot_run")
        /// The server did not answer for as long as a customer is willing to wait.
        static let gaveUp = Self(name: "gave_up")
        /// The server answered what its API does not promise.
        static let unexpectedAnswer = Self(name: "unexpected_answer")

        private let name: String
    }

    let code: Code
    let message: String
    var cause: (any Error)?

    var description: String { cause.map { "\(message) (\($0))" } ?? message }
}
