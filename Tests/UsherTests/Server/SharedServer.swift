import LocalStack
import Testing

/// Starts one server for a whole suite, and checks at the end that it lives and stops as it should.
struct SharedServer: SuiteTrait, TestScoping {
    @TaskLocal private static var running: ServerProcess?

    /// Variables that differ from what a test's server has.
    let changes: [String: String]

    /// The server of the running suite.
    static var current: ServerProcess {
        get throws { try #require(running, "The suite has no server: give it the trait `sharedServer`.") }
    }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await ServerSettings.with(changes) { settings in
            let server = try await ServerProcess(settings)
            try await Self.$running.withValue(server) { try await function() }
            #expect(await server.stop() == .exited(0), "\(server.log)")
        }
    }
}

extension Trait where Self == SharedServer {
    /// One server for all tests of the suite.
    static func sharedServer(_ changes: [String: String] = [:]) -> SharedServer { SharedServer(changes: changes) }
}
