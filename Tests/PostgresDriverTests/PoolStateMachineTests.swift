import Testing

@testable import PostgresDriver

private struct Request: PoolRequest, Equatable, ExpressibleByIntegerLiteral {
    let number: Int
    var statementCount = 1

    init(integerLiteral number: Int) { self.number = number }

    init(_ number: Int, statements: Int) {
        self.number = number
        statementCount = statements
    }
}

private typealias Pool = PostgresPoolStateMachine<Request, String>

struct PoolStateMachineTests {
    private let start = ContinuousClock.now
    private var pool = Pool(slots: 2, capacity: 4, waitLimit: .seconds(5))

    /// Submits a request and says what happens.
    private mutating func submit(_ request: Request, at time: Duration = .zero) -> String {
        switch pool.submit(request, now: start + time) {
        case .none: "none"
        case .wake(let connection): "wake \(connection)"
        case .expire(let deadline): "expire at \(deadline - start)"
        case .refuse(let error): "refuse: \(error.code)"
        }
    }

    @Test mutating func `requests wait for the first connection, which finds them in its inbox`() {
        #expect(submit(1) == "expire at 5.0 seconds")
        #expect(submit(2) == "none")
        #expect(!pool.isConnected)
        pool.connect("a", slot: 0)
        #expect(pool.isConnected)
        #expect(pool.take(slot: 0) == [1, 2])
        #expect(pool.take(slot: 0) == [])
    }

    @Test mutating func `once there was a connection, requests wait for the next as long as an outage may take`() {
        pool = Pool(slots: 1, capacity: 4, waitLimit: .seconds(5), outageLimit: .milliseconds(250))
        #expect(submit(1) == "expire at 5.0 seconds")
        pool.connect("a", slot: 0)
        #expect(pool.take(slot: 0) == [1])
        pool.release(1, slot: 0)
        _ = pool.disconnect(slot: 0, unsent: [], now: start + .seconds(1))
        // Sooner than what was to be looked at first.
        #expect(submit(2, at: .seconds(1)) == "expire at 1.25 seconds")
        #expect(submit(3, at: .milliseconds(1_100)) == "none")
        let (expired, next) = pool.expire(now: start + .milliseconds(1_250))
        #expect(expired == [2])
        #expect(next == start + .milliseconds(1_350))
    }

    @Test mutating func `the least loaded connection gets the next request`() {
        pool.connect("a", slot: 0)
        pool.connect("b", slot: 1)
        #expect(submit(Request(1, statements: 2)) == "wake a")
        #expect(submit(2) == "wake b")
        #expect(submit(3) == "none")
        #expect(pool.take(slot: 1) == [2, 3])
        pool.release(2, slot: 0)
        #expect(submit(4) == "none")
        #expect(pool.take(slot: 0) == [Request(1, statements: 2), 4])
    }

    @Test mutating func `a connection is woken once until it has emptied its inbox`() {
        pool.connect("a", slot: 0)
        #expect(submit(1) == "wake a")
        #expect(submit(2) == "none")
        _ = pool.take(slot: 0)
        #expect(submit(3) == "wake a")
    }

    @Test mutating func `the bound counts statements in all places until they are released`() {
        #expect(submit(Request(1, statements: 2)) == "expire at 5.0 seconds")
        pool.connect("a", slot: 0)
        _ = pool.take(slot: 0)
        #expect(submit(Request(2, statements: 2)) == "wake a")
        #expect(submit(3) == "refuse: queueFull")
        pool.release(2, slot: 0)
        #expect(submit(4) == "none")
        #expect(pool.queuedStatements == 3)
    }

    @Test mutating func `what a lost connection has not sent goes to another one`() {
        pool.connect("a", slot: 0)
        #expect(submit(1) == "wake a")
        #expect(submit(2) == "none")
        let taken = pool.take(slot: 0)
        #expect(submit(3) == "wake a")
        pool.connect("b", slot: 1)
        pool.release(1, slot: 0)
        _ = pool.disconnect(slot: 0, unsent: Array(taken.dropFirst()), now: start)
        #expect(pool.take(slot: 1) == [2, 3])
        #expect(pool.queuedStatements == 2)
    }

    @Test mutating func `without another connection it waits again`() {
        pool.connect("a", slot: 0)
        _ = submit(1)
        let (actions, orphans) = pool.disconnect(slot: 0, unsent: [], now: start)
        #expect(actions.count == 1)
        #expect(orphans == [])
        #expect(pool.expire(now: start + .seconds(5)).expired == [1])
        #expect(pool.queuedStatements == 0)
    }

    @Test mutating func `who has waited for too long is let go, and the next deadline is known`() {
        #expect(submit(1) == "expire at 5.0 seconds")
        #expect(submit(2, at: .seconds(1)) == "none")
        let (early, first) = pool.expire(now: start + .seconds(4))
        #expect(early == [])
        #expect(first == start + .seconds(5))
        let (expired, second) = pool.expire(now: start + .seconds(5))
        #expect(expired == [1])
        #expect(second == start + .seconds(6))
        #expect(pool.expire(now: start + .seconds(6)) == ([2], nil))
        #expect(submit(3, at: .seconds(7)) == "expire at 12.0 seconds")
    }

    @Test mutating func `a closed pool gives back what was not taken and refuses the rest`() {
        pool.connect("a", slot: 0)
        _ = submit(1)
        let taken = pool.take(slot: 0)
        _ = submit(2)
        #expect(pool.close() == [2])
        #expect(submit(3) == "refuse: closed")
        #expect(pool.queuedStatements == 1)
        #expect(pool.disconnect(slot: 0, unsent: taken, now: start).orphans == [1])
        #expect(pool.queuedStatements == 0)
    }
}

struct ExponentialBackoffTests {
    @Test func `delays double up to the limit, cut by at most half, and begin anew`() {
        var backoff = ExponentialBackoff(first: .milliseconds(100), limit: .milliseconds(400))
        var generator = SystemRandomNumberGenerator()
        for upper in [100, 200, 400, 400] {
            let delay = backoff.next(using: &generator)
            #expect(delay >= .milliseconds(upper) / 2 && delay <= .milliseconds(upper))
        }
        backoff.reset()
        #expect(backoff.next(using: &generator) <= .milliseconds(100))
    }
}
