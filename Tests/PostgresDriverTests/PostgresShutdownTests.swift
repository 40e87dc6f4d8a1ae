import PostgresDriver
import ServiceLifecycleTestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PostgresShutdownTests {
    @Test func `at the shutdown, what was sent is finished and the rest fails`() async throws {
        try await withGate { gate in
            let client = try makeClient { $0.shutdownTimeout = .seconds(30) }
            try await testGracefulShutdown { shutdown in
                async let running: Void = client.run()
                async let sent = client.execute(gate.pass)
                try await gate.waitForWaiter()
                shutdown.triggerGracefulShutdown()
                let late = try await failure { try await client.ping() }
                #expect(late.code == .closed)
                #expect(!late.outcomeIsUnknown)
                try await gate.open()
                #expect(try await sent.count == 1)
                try await running
            }
        }
    }

    @Test func `a statement that does not end in time does not hold the shutdown up`() async throws {
        try await withGate { gate in
            let client = try makeClient { $0.shutdownTimeout = .milliseconds(50) }
            try await testGracefulShutdown { shutdown in
                async let running: Void = client.run()
                async let stuck = failure { try await client.execute(gate.pass) }
                try await gate.waitForWaiter()
                shutdown.triggerGracefulShutdown()
                let error = try await stuck
                #expect(error.code == .closed)
                #expect(error.outcomeIsUnknown)
                try await running
            }
        }
    }

    @Test func `at a cancellation everything fails`() async throws {
        try await withGate { gate in
            let client = try makeClient()
            let running = Task { try await client.run() }
            async let sent = failure { try await client.execute(gate.pass) }
            try await gate.waitForWaiter()
            running.cancel()
            #expect(try await sent.code == .closed)
            try await running.value
            #expect(try await failure { try await client.ping() }.code == .closed)
        }
    }

    @Test func `callers who wait for a connection fail at the shutdown`() async throws {
        let client = try makeClient("postgresql://usher@127.0.0.1:1/usher")
        try await testGracefulShutdown { shutdown in
            async let running: Void = client.run()
            async let waiting = failure { try await client.ping() }
            shutdown.triggerGracefulShutdown()
            #expect(try await waiting.code == .closed)
            try await running
        }
    }
}
