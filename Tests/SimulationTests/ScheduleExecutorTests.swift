import Inventory
import Synchronization
import Testing

@testable import Simulation

@Suite(.timeLimit(.minutes(1))) struct ScheduleExecutorTests {
    /// What an actor sees, in the order of its coming.
    private actor Log {
        private let executor: ScheduleExecutor
        private(set) var entries: [Int] = []

        init(executor: ScheduleExecutor) { self.executor = executor }

        func add(_ entry: Int) {
            #expect(executor.isCurrent)
            entries.append(entry)
        }
    }

    /// Runs everything that the engine is made of, and returns the order in which it came to pass.
    private func order(seed: UInt64) -> [Int] {
        let executor = ScheduleExecutor(seed: seed)
        let clock = ManualClock()
        let result = Mutex<[Int]>([])
        let task = Task(executorPreference: executor) {
            let log = Log(executor: executor)
            await self.runGroup(log)
            await self.runStream(log)
            await self.runCancelledSleep(log, clock)
            let entries = await log.entries
            #expect(executor.isCurrent)
            result.withLock { $0 = entries }
        }
        while executor.runNext() > 0 {}
        withExtendedLifetime(task) {}
        return result.withLock { $0 }
    }

    private func runGroup(_ log: Log) async {
        await withDiscardingTaskGroup { group in
            for number in 0..<10 {
                group.addTask {
                    await Task.yield()
                    await log.add(number)
                }
            }
        }
    }

    private func runStream(_ log: Log) async {
        let (stream, continuation) = AsyncStream.makeStream(of: Int.self)
        async let reading: Void = {
            for await number in stream { await log.add(number) }
        }()
        for number in 20..<25 {
            continuation.yield(number)
            await Task.yield()
        }
        continuation.finish()
        await reading
    }

    private func runCancelledSleep(_ log: Log, _ clock: ManualClock) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                try? await clock.sleep(until: Moment(nanoseconds: 1))
                await log.add(30)
            }
            await Task.yield()
            group.cancelAll()
        }
    }

    @Test func `groups, streams, actors and cancelled sleeps stay on the executor and come to their end`() {
        #expect(Set(order(seed: 1)) == Set(0..<10).union(20..<25).union([30]))
    }

    @Test func `the same seed gives the same order, and other seeds give others`() {
        #expect((1...5).allSatisfy { order(seed: $0) == order(seed: $0) })
        #expect(Set((1...5).map { order(seed: $0) }).count == 5)
    }
}
