import NIOCore
import Testing

@testable import RedisDriver

@Suite struct `The queue of commands` {
    private var queue = CommandQueue<String>(capacity: 3, timeout: .seconds(5))
    private let start = NIODeadline.uptimeNanoseconds(0)

    @Test mutating func `asks for one flush for all commands that come before it`() throws {
        #expect(try queue.submit([1], for: "a"))
        #expect(try !queue.submit([2], for: "b"))
        #expect(queue.takeUnwritten(now: start).commands.map(\.bytes) == [[1], [2]])
        #expect(queue.takeUnwritten(now: start).commands.isEmpty)
        #expect(try queue.submit([3], for: "c"))
    }

    @Test mutating func `gives answers to callers in the order of writing`() throws {
        try submit("a", "b", "c")
        _ = queue.takeUnwritten(now: start)
        #expect(queue.answer(1) == ["a"])
        #expect(queue.answer(2) == ["b", "c"])
    }

    @Test mutating func `knows an answer without a command`() throws {
        try submit("a", "b")
        #expect(queue.answer(1) == nil, "nothing was written yet")
        _ = queue.takeUnwritten(now: start)
        #expect(queue.answer(3) == nil)
    }

    @Test mutating func `refuses what is beyond its capacity, and takes more after an answer`() throws {
        try submit("a", "b")
        _ = queue.takeUnwritten(now: start)
        try submit("c")
        let error = #expect(throws: RedisError.self) { try queue.submit([], for: "d") }
        #expect(error?.code == .queueFull)
        _ = queue.answer(1)
        try submit("d")
    }

    @Test mutating func `tells callers whether their command was written when it closes, once`() throws {
        try submit("written")
        _ = queue.takeUnwritten(now: start)
        try submit("unwritten")
        let failures = queue.close(RedisError(.connection, "gone"))
        #expect(failures.map(\.caller) == ["written", "unwritten"])
        #expect(failures.map(\.error.outcomeIsUnknown) == [true, false])
        #expect(queue.close(RedisError(.timeout, "later")).isEmpty)
        #expect(queue.closeReason?.code == .connection)
        let error = #expect(throws: RedisError.self) { try queue.submit([], for: "late") }
        #expect(error?.code == .connection)
    }

    @Test mutating func `takes nothing more while it drains, and answers the rest`() throws {
        try submit("a")
        queue.drain()
        let error = #expect(throws: RedisError.self) { try queue.submit([], for: "late") }
        #expect(error?.code == .closed)
        #expect(!queue.isDrained)
        _ = queue.takeUnwritten(now: start)
        #expect(!queue.isDrained)
        #expect(queue.answer(1) == ["a"])
        #expect(queue.isDrained)
    }

    @Test mutating func `watches the deadline of the oldest command`() throws {
        try submit("a")
        #expect(queue.takeUnwritten(now: start).check == start + .seconds(5))
        try submit("b")
        #expect(queue.takeUnwritten(now: start + .seconds(2)).check == nil, "it is watched already")
        _ = queue.answer(1)
        #expect(queue.checkDeadline(now: start + .seconds(5)) == .checkAgain(start + .seconds(7)))
        #expect(queue.checkDeadline(now: start + .seconds(7)) == .passed)
    }

    @Test mutating func `stops to watch when nothing waits, and starts again`() throws {
        try submit("a")
        _ = queue.takeUnwritten(now: start)
        _ = queue.answer(1)
        #expect(queue.checkDeadline(now: start + .seconds(5)) == .none)
        try submit("b")
        #expect(queue.takeUnwritten(now: start + .seconds(6)).check == start + .seconds(11))
    }

    private mutating func submit(_ callers: String...) throws {
        for caller in callers { _ = try queue.submit([], for: caller) }
    }
}
