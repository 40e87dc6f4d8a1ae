import CPostgreSQL
import Testing

@testable import PostgresDriver

/// The state machine of a connection, with numbers for callers.
private typealias Machine = PostgresConnectionStateMachine<Int>

private func statement(_ sql: String) throws -> EncodedStatement {
    try EncodedStatement(PostgresStatement(sql))
}

/// What a test reads of a command.
private func text(_ command: Machine.Command) -> String {
    switch command {
    case .prepare(let source, let name): "prepare \(name): \(source.sql)"
    case .run(let statement, nil): "run: \(statement.source.sql)"
    case .run(_, let name?): "run \(name)"
    case .sync: "sync"
    }
}

private func noRows() throws -> Machine.Reply {
    let result = try #require(PQmakeEmptyPGresult(nil, PGRES_COMMAND_OK))
    return .rows(PostgresRows(PostgresResult(owning: result)))
}

extension Machine {
    /// Takes replies of which none but the last one leads to anything, and says what that is.
    fileprivate mutating func receive(_ replies: Reply...) throws -> String {
        for reply in replies.dropLast() {
            let action = receive(reply)
            guard case .none = action else {
                Issue.record("unexpected action \(action)")
                return ""
            }
        }
        switch receive(try #require(replies.last)) {
        case .none: return "none"
        case .becomeReady: return "ready"
        case .answer(let caller, .success(let rows)): return "\(caller) gets \(rows.count) results"
        case .answer(let caller, .failure(let error)): return "\(caller) fails: \(error.message)"
        case .disconnect(let error): return "disconnect: \(error.message)"
        }
    }
}

private func failed(_ message: String, sqlState: String? = nil) -> Machine.Reply {
    .failure(PostgresError(.server, message, sqlState: sqlState))
}

struct ConnectionStateMachineTests {
    private var machine = Machine(preparedStatements: 2)

    @Test mutating func `a statement is prepared at its first use and run by its name afterwards`() throws {
        #expect(try machine.send([statement("A")], for: 1).map(text) == ["prepare usher_1: A", "run usher_1", "sync"])
        #expect(try machine.receive(noRows(), .endOfStep, noRows(), .endOfStep, .sync) == "1 gets 1 results")
        #expect(try machine.send([statement("A")], for: 2).map(text) == ["run usher_1", "sync"])
        #expect(!machine.abandon().callers.isEmpty)
    }

    @Test mutating func `whoever comes while a statement is being prepared does not depend on the outcome`() throws {
        _ = try machine.send([statement("A")], for: 1)
        #expect(try machine.send([statement("A")], for: 2).map(text) == ["run: A", "sync"])
        #expect(try machine.receive(failed("no A"), .endOfStep, .skipped, .endOfStep, .sync) == "1 fails: no A")
        #expect(try machine.receive(noRows(), .endOfStep, .sync) == "2 gets 1 results")
        #expect(try machine.send([statement("A")], for: 3).map(text) == ["prepare usher_2: A", "run usher_2", "sync"])
    }

    @Test mutating func `nobody hears of success before the sync`() throws {
        _ = try machine.send([statement("A")], for: 1)
        #expect(try machine.receive(noRows(), .endOfStep, noRows(), .endOfStep) == "none")
        #expect(machine.isWaiting)
        #expect(try machine.receive(.sync) == "1 gets 1 results")
        #expect(!machine.isWaiting)
    }

    @Test mutating func `the first failure of a transaction is its answer, with the place of the statement`() throws {
        let commands = try machine.send([statement("A"), statement("B"), statement("C")], for: 1).map(text)
        #expect(
            commands == ["prepare usher_1: A", "run usher_1", "prepare usher_2: B", "run usher_2", "run: C", "sync"])
        _ = try machine.receive(
            noRows(), .endOfStep, noRows(), .endOfStep, noRows(), .endOfStep, failed("no"), .endOfStep)
        _ = machine.receive(.skipped)
        _ = machine.receive(.endOfStep)
        guard case .answer(1, .failure(let error)) = machine.receive(.sync) else {
            Issue.record("the transaction did not fail")
            return
        }
        #expect(error.statementIndex == 1)
    }

    @Test mutating func `a failure of the commit fails the caller`() throws {
        _ = try machine.send([statement("A")], for: 1)
        let replies: [Machine.Reply] = try [
            noRows(), .endOfStep, noRows(), .endOfStep, failed("deferred"), .endOfStep,
        ]
        for reply in replies { _ = machine.receive(reply) }
        #expect(try machine.receive(.sync) == "1 fails: deferred")
    }

    @Test mutating func `the least recently used statement makes room, in a group of its own`() throws {
        for (caller, sql) in ["A", "B", "A"].enumerated() {
            let commands = try machine.send([statement(sql)], for: caller)
            for _ in commands.dropLast() { _ = try machine.receive(noRows(), .endOfStep) }
            _ = machine.receive(.sync)
        }
        let commands = try machine.send([statement("C")], for: 3).map(text)
        #expect(commands == ["run: DEALLOCATE usher_2", "sync", "prepare usher_3: C", "run usher_3", "sync"])
        #expect(try machine.receive(failed("no such statement"), .endOfStep, .sync) == "none")
        #expect(try machine.receive(noRows(), .endOfStep, noRows(), .endOfStep, .sync) == "3 gets 1 results")
    }

    @Test(arguments: ["0A000", "26000"])
    mutating func `a prepared statement that the server cannot use any more is prepared anew`(sqlState: String) throws {
        _ = try machine.send([statement("A")], for: 1)
        _ = try machine.receive(noRows(), .endOfStep, failed("stale", sqlState: sqlState), .endOfStep, .sync)
        let commands = try machine.send([statement("A")], for: 2).map(text)
        #expect(commands == ["run: DEALLOCATE usher_1", "sync", "prepare usher_2: A", "run usher_2", "sync"])
    }

    @Test mutating func `the connection is ready when the first statements have succeeded, and useless otherwise`()
        throws
    {
        _ = machine.setUp([EncodedStatement(command: "SET")])
        #expect(try machine.receive(noRows(), .endOfStep, .sync) == "ready")
        var other = Machine()
        _ = other.setUp([EncodedStatement(command: "SET")])
        #expect(try other.receive(failed("refused"), .endOfStep, .sync) == "disconnect: refused")
    }

    @Test mutating func `who is not answered yet is given up in order, with the server's last words`() throws {
        for caller in 1...3 { _ = try machine.send([statement("A")], for: caller) }
        _ = machine.receive(failed("terminating"))
        let (callers, failure) = machine.abandon()
        #expect(callers == [1, 2, 3])
        #expect(failure?.message == "terminating")
        #expect(!machine.isWaiting)
    }

    @Test mutating func `replies that fit nothing end the connection`() throws {
        #expect(try machine.receive(.sync).hasPrefix("disconnect"))
        _ = try machine.send([statement("A")], for: 1)
        #expect(try machine.receive(.sync).hasPrefix("disconnect"))
        #expect(try machine.receive(.endOfStep, .endOfStep, .endOfStep).hasPrefix("disconnect"))
        #expect(try machine.receive(.unusable).hasPrefix("disconnect"))
    }
}
