internal import DequeModule

/// What a connection has sent and what it expects to hear, without any I/O.
///
/// Everything goes through one pipeline as *groups*: the steps of a caller's statements, then a sync. A group is the
/// server's unit of failure and its implicit transaction, which commits at the sync ("Using Pipeline Mode" and
/// "Pipelining" in PostgreSQL's manual); so nobody hears of success before the sync is answered.
struct PostgresConnectionStateMachine<Caller: Sendable>: Sendable {
    enum Command: Sendable {
        case prepare(StatementSource, name: String)
        /// Runs a statement under its name, or has it parsed for this once.
        case run(EncodedStatement, name: String?)
        case sync
    }

    enum Reply: Sendable {
        case rows(PostgresRows)
        case failure(PostgresError)
        /// An earlier step of the group has failed.
        case skipped
        case endOfStep
        case sync
        /// A statement has made the connection useless for everybody else: `BEGIN`, or `COPY`, which waits for data.
        case unusable
    }

    enum Action: Sendable {
        case none
        case becomeReady
        case answer(Caller, Result<[PostgresRows], PostgresError>)
        /// The connection cannot be used any more.
        case disconnect(PostgresError)
    }

    private enum Owner {
        case setup
        case caller(Caller)
        case housekeeping
    }

    private enum Step {
        case prepare(StatementSource, statement: Int)
        case run(StatementSource, statement: Int)
    }

    private struct Group {
        let owner: Owner
        let statementCount: Int
        var steps: Deque<Step>
        var rows: [PostgresRows] = []
        var failure: PostgresError?
        var hasCommitFailed = false
    }

    private var prepared: PreparedStatements
    private var groups: Deque<Group> = []

    init(preparedStatements capacity: Int = 256) {
        prepared = PreparedStatements(capacity: capacity)
    }

    /// Whether the server owes an answer.
    var isWaiting: Bool { !groups.isEmpty }

    /// The first statements on a connection; it becomes ready when they have succeeded.
    mutating func setUp(_ statements: [EncodedStatement]) -> [Command] {
        append(statements, for: .setup)
    }

    /// Sends the statements of `caller` as one transaction.
    mutating func send(_ statements: [EncodedStatement], for caller: Caller) -> [Command] {
        append(statements, for: .caller(caller))
    }

    /// Takes the server's next reply.
    mutating func receive(_ reply: Reply) -> Action {
        guard !groups.isEmpty else {
            return .disconnect(.unexpectedReply)
        }
        switch reply {
        case .rows(let rows): succeed(with: rows)
        case .failure(let error): fail(with: error)
        case .skipped: skip()
        case .endOfStep: return endStep()
        case .sync: return finishGroup()
        case .unusable: return .disconnect(.unusable)
        }
        return .none
    }

    /// Gives up all that was sent. The callers are in the order in which they were sent; `failure` is what the server
    /// said last about the first of them.
    mutating func abandon() -> (callers: [Caller], failure: PostgresError?) {
        defer { groups = [] }
        let callers = groups.compactMap { group -> Caller? in
            guard case .caller(let caller) = group.owner else { return nil }
            return caller
        }
        return (callers, groups.first?.failure)
    }
}

extension PostgresConnectionStateMachine {
    private mutating func append(_ statements: [EncodedStatement], for owner: Owner) -> [Command] {
        let uses = prepared.use(statements)
        var commands = deallocateDiscarded()
        var steps: Deque<Step> = []
        for (index, (statement, use)) in zip(statements, uses).enumerated() {
            switch use {
            case .once:
                commands.append(.run(statement, name: nil))
            case .prepared(let name):
                commands.append(.run(statement, name: name))
            case .prepare(let name):
                commands.append(.prepare(statement.source, name: name))
                steps.append(.prepare(statement.source, statement: index))
                commands.append(.run(statement, name: name))
            }
            steps.append(.run(statement.source, statement: index))
        }
        commands.append(.sync)
        groups.append(Group(owner: owner, statementCount: statements.count, steps: steps))
        return commands
    }

    /// Each in a group of its own: inside a caller's group, the caller's failure would undo or skip it.
    private mutating func deallocateDiscarded() -> [Command] {
        prepared.takeDiscarded().flatMap { name -> [Command] in
            let statement = EncodedStatement(command: "DEALLOCATE \(name)")
            groups.append(
                Group(owner: .housekeeping, statementCount: 1, steps: [.run(statement.source, statement: 0)]))
            return [.run(statement, name: nil), .sync]
        }
    }

    private mutating func succeed(with rows: PostgresRows) {
        switch groups[0].steps.first {
        case .prepare(let source, _): prepared.confirm(source)
        case .run: groups[0].rows.append(rows)
        case nil: break
        }
    }

    /// A failure after the last step is one of the commit, for example of a deferred constraint.
    private mutating func fail(with error: PostgresError) {
        var error = error
        switch groups[0].steps.first {
        case .prepare(let source, let index):
            prepared.forget(source)
            error.statementIndex = index
        case .run(let source, let index):
            if error.meansStalePreparedStatement { prepared.discard(source) }
            error.statementIndex = index
        case nil: groups[0].hasCommitFailed = true
        }
        if groups[0].statementCount == 1 { error.statementIndex = nil }
        if groups[0].failure == nil { groups[0].failure = error }
    }

    /// A failed commit ends like a step.
    private mutating func endStep() -> Action {
        if groups[0].steps.popFirst() != nil { return .none }
        guard groups[0].hasCommitFailed else { return .disconnect(.unexpectedReply) }
        groups[0].hasCommitFailed = false
        return .none
    }

    private mutating func skip() {
        if case .prepare(let source, _) = groups[0].steps.first { prepared.forget(source) }
    }

    private mutating func finishGroup() -> Action {
        let group = groups[0]
        guard group.steps.isEmpty, group.failure != nil || group.rows.count == group.statementCount else {
            return .disconnect(.unexpectedReply)
        }
        groups.removeFirst()
        switch (group.owner, group.failure) {
        case (.caller(let caller), let failure?): return .answer(caller, .failure(failure))
        case (.caller(let caller), nil): return .answer(caller, .success(group.rows))
        case (.setup, let failure?): return .disconnect(failure)
        case (.setup, nil): return .becomeReady
        case (.housekeeping, _): return .none
        }
    }
}

extension PostgresError {
    fileprivate static let unexpectedReply = PostgresError(
        .connection, "the server's replies do not fit what was sent")

    fileprivate static let unusable = PostgresError(
        .connection, "a statement that a shared connection has no place for, BEGIN or COPY; use transaction(_:)")

    /// After a change of the schema the server refuses a plan whose columns have changed (`feature_not_supported`);
    /// behind a proxy the statement may be unknown (`invalid_sql_statement_name`).
    fileprivate var meansStalePreparedStatement: Bool { sqlState == "0A000" || sqlState == "26000" }
}
