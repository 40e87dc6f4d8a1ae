import Simulation
import Testing

@testable import BookingStores

/// How changes that come together become batches.
@Suite(.timeLimit(.minutes(1)))
struct GroupCommitterTests {
    @Test func `what comes during a batch makes up the next ones, up to the limit`() async throws {
        let (batches, sizes) = AsyncStream.makeStream(of: Int.self)
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let committer = GroupCommitter<Int, Int>(limit: 10) { items in
            sizes.yield(items.count)
            for await _ in gate { break }
            return items.map { $0.isMultiple(of: 2) ? .success($0 * 10) : .failure(Odd()) }
        }
        var sizesSeen = batches.makeAsyncIterator()
        try await withThrowingTaskGroup(of: Int?.self) { group in
            func commit(_ item: Int) { group.addTask { try? await committer.commit(item) } }
            commit(0)
            #expect(await sizesSeen.next() == 1)
            for item in 1...15 { commit(item) }
            while await committer.waiting.count < 15 {
                try Task.checkCancellation()
                await Task.yield()
            }
            opener.finish()
            #expect(await sizesSeen.next() == 10)
            #expect(await sizesSeen.next() == 5)
            let answers = try await group.reduce(into: []) { $0 += [$1].compactMap { $0 } }
            #expect(answers.sorted() == (0...7).map { $0 * 20 })
        }
    }

    @Test func `what comes while too much waits is refused, and nothing of it is committed`() async throws {
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let committer = GroupCommitter<Int, Int>(limit: 10, capacity: 3) { items in
            for await _ in gate { break }
            return items.map { .success($0) }
        }
        try await withThrowingTaskGroup { group in
            func commit(_ item: Int) { group.addTask { try await committer.commit(item) } }
            commit(0)
            while await !committer.isCommitting {
                try Task.checkCancellation()
                await Task.yield()
            }
            while await !committer.waiting.isEmpty {
                try Task.checkCancellation()
                await Task.yield()
            }
            for item in 1...3 { commit(item) }
            while await committer.waiting.count < 3 {
                try Task.checkCancellation()
                await Task.yield()
            }
            await #expect(throws: TooManyWait.self) { try await committer.commit(4) }
            opener.finish()
            #expect(try await group.reduce(into: []) { $0.append($1) }.sorted() == [0, 1, 2, 3])
        }
    }

    @Test func `a caller's patience ends, and that of one that comes later ends later`() async throws {
        let clock = ManualClock()
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let committer = GroupCommitter<Int, Int>(limit: 10, patience: .init(duration: .seconds(3), clock: clock)) {
            for await _ in gate { break }
            return $0.map { .success($0) }
        }
        let first = Task { try await committer.commit(1) }
        await clock.untilSomebodySleeps(within: .seconds(3))
        clock.advance(by: .seconds(2))
        let second = Task { try await committer.commit(2) }
        while await committer.waiting.isEmpty {
            try Task.checkCancellation()
            await Task.yield()
        }
        clock.advance(by: .seconds(1))
        await #expect(throws: CommitTimedOut.self) { try await first.value }
        opener.finish()
        #expect(try await second.value == 2)
        let third = Task { try await committer.commit(3) }
        #expect(try await third.value == 3)
    }
}

private struct Odd: Error {}
