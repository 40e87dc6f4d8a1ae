import Testing

@testable import RedisDriver

@Suite struct `The state of a client` {
    private var state = ClientStateMachine<String, Int>(capacity: 2, failure: RedisError(.connection, "not yet"))
    private let failure = RedisError(.connection, "refused")

    @Test mutating func `lets callers wait for the first connection`() throws {
        #expect(try state.wait(1) == nil)
        #expect(try state.wait(2) == nil)
        #expect(state.connected("first") == [1, 2])
        #expect(try state.wait(3) == "first")
    }

    @Test mutating func `bounds those who wait`() throws {
        _ = try state.wait(1)
        _ = try state.wait(2)
        let error = #expect(throws: RedisError.self) { try state.wait(3) }
        #expect(error?.code == .queueFull)
    }

    @Test mutating func `lets callers wait through a failed attempt, until the time is over`() throws {
        _ = try state.wait(1)
        #expect(state.failed(failure, isFinal: false).callers.isEmpty)
        _ = try state.wait(2)
        let refusal = state.startTimedOut()
        #expect(refusal.callers == [1, 2])
        #expect(refusal.error.message == "refused")
        #expect(throws: RedisError.self) { try state.wait(3) }
    }

    @Test mutating func `lets nobody wait for a server that refused the login`() throws {
        _ = try state.wait(1)
        #expect(state.failed(failure, isFinal: true).callers == [1])
        #expect(throws: RedisError.self) { try state.wait(2) }
    }

    @Test mutating func `refuses callers at once after a connection was lost, until the next`() throws {
        _ = state.connected("first")
        #expect(state.failed(failure, isFinal: false).callers.isEmpty)
        #expect(throws: RedisError.self) { try state.wait(1) }
        _ = state.connected("second")
        #expect(try state.wait(2) == "second")
    }

    @Test mutating func `is not disturbed by the start's end when it is connected`() {
        _ = state.connected("first")
        #expect(state.startTimedOut().callers.isEmpty)
        #expect(state.connection == "first")
    }

    @Test mutating func `stays closed`() throws {
        _ = try state.wait(1)
        #expect(state.close(.shutDown).callers == [1])
        #expect(state.connected("late") == nil)
        _ = state.failed(failure, isFinal: true)
        let error = #expect(throws: RedisError.self) { try state.wait(2) }
        #expect(error?.code == .closed)
    }
}
