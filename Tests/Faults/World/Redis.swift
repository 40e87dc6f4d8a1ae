import LocalStack

/// Tells Redis what to do, past the proxy.
struct Redis {
    let port: Int

    func send(_ command: String...) async throws {
        try await Command.run(["redis-cli", "-h", "127.0.0.1", "-p", "\(port)"] + command)
    }
}
