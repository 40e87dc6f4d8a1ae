import Foundation
import Synchronization
import Testing

@testable import Executors

/// An actor on an executor of its own, with a diary.
private actor Diarist {
    let executor: EpollExecutor
    private(set) var entries: [Int] = []

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ executor: EpollExecutor) {
        self.executor = executor
    }

    func write(_ entry: Int) {
        entries.append(entry)
    }

    nonisolated func writeIsolated(_ entry: Int) {
        assumeIsolated { $0.write(entry) }
    }
}

/// A pipe whose ends are closed at the end.
private final class TestPipe: Sendable {
    let reader: Int32
    let writer: Int32

    init() {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        reader = ends[0]
        writer = ends[1]
    }

    deinit {
        close(reader)
        close(writer)
    }

    func send(_ byte: UInt8) {
        #expect(write(writer, [byte], 1) == 1)
    }

    func receive() -> UInt8? {
        var byte: UInt8 = 0
        return read(reader, &byte, 1) == 1 ? byte : nil
    }
}

@Suite(.timeLimit(.minutes(1)))
struct EpollExecutorTests {
    private let executor = EpollExecutor(name: "test")

    @Test func `work and jobs run in the order in which they came`() async {
        let diarist = Diarist(executor)
        for entry in 0..<1000 {
            executor.execute { diarist.writeIsolated(entry) }
        }
        await diarist.write(1000)
        #expect(await diarist.entries == Array(0...1000))
        executor.shutdown()
    }

    @Test func `an actor is isolated on the executor's thread and nowhere else`() async {
        #expect(executor.isIsolatingCurrentContext() == false)
        let isIsolated = await withCheckedContinuation { continuation in
            executor.execute { [executor] in
                executor.checkIsolated()
                continuation.resume(returning: executor.isIsolatingCurrentContext())
            }
        }
        #expect(isIsolated == true)
        executor.shutdown()
    }

    @Test func `the isolation check stops a caller from another thread`() async {
        await #expect(processExitsWith: .failure) {
            EpollExecutor(name: "elsewhere").checkIsolated()
        }
    }

    @Test func `a readable descriptor calls its handler on the executor's thread`() async {
        let pipe = TestPipe()
        let (bytes, continuation) = AsyncStream.makeStream(of: UInt8?.self, bufferingPolicy: .bufferingOldest(8))
        executor.register(pipe.reader, interest: .read) { [executor] readiness in
            executor.checkIsolated()
            #expect(readiness.contains(.readable))
            continuation.yield(pipe.receive())
        }
        var received = bytes.makeAsyncIterator()
        for byte in UInt8(1)...3 {
            pipe.send(byte)
            #expect(await received.next() == byte)
        }
        executor.unregister(pipe.reader)
        executor.shutdown()
    }

    @Test func `interest can change from reading to writing and back`() async {
        let pipe = TestPipe()
        let (events, continuation) = AsyncStream.makeStream(of: Readiness.self, bufferingPolicy: .bufferingOldest(8))
        executor.register(pipe.writer, interest: []) { [executor] readiness in
            executor.update(pipe.writer, interest: [])
            continuation.yield(readiness)
        }
        var received = events.makeAsyncIterator()
        for _ in 0..<2 {
            executor.update(pipe.writer, interest: .write)
            #expect(await received.next() == .writable)
        }
        executor.unregister(pipe.writer)
        executor.shutdown()
    }

    @Test func `a hang-up is reported without any interest`() async {
        let pipe = TestPipe()
        let readiness: Readiness = await withCheckedContinuation { continuation in
            executor.register(pipe.reader, interest: []) { [executor] readiness in
                executor.unregister(pipe.reader)
                continuation.resume(returning: readiness)
            }
            // Both ends are gone once the writer has been replaced by the reader.
            dup2(pipe.reader, pipe.writer)
        }
        #expect(readiness.contains(.hungUp))
        executor.shutdown()
    }

    @Test func `an unregistered descriptor is silent, even when it was ready in the same moment`() async {
        let pipes = [TestPipe(), TestPipe()]
        let calls = Mutex(0)
        for pipe in pipes { pipe.send(1) }
        await withCheckedContinuation { continuation in
            executor.execute { [executor] in
                for pipe in pipes {
                    executor.register(pipe.reader, interest: .read) { _ in
                        calls.withLock { $0 += 1 }
                        for pipe in pipes { executor.unregister(pipe.reader) }
                        executor.execute { continuation.resume() }
                    }
                }
            }
        }
        #expect(calls.withLock { $0 } == 1)
        executor.shutdown()
    }

    @Test func `timers fire in the order of their deadlines and never early`() async {
        let start = ContinuousClock.now
        let diarist = Diarist(executor)
        await withCheckedContinuation { continuation in
            executor.schedule(after: .milliseconds(30)) {
                diarist.writeIsolated(30)
                continuation.resume()
            }
            executor.schedule(after: .milliseconds(10)) { diarist.writeIsolated(10) }
            executor.schedule(after: .milliseconds(20)) { diarist.writeIsolated(20) }
        }
        #expect(ContinuousClock.now - start >= .milliseconds(30))
        #expect(await diarist.entries == [10, 20, 30])
        executor.shutdown()
    }

    @Test func `a cancelled timer does not fire`() async {
        let diarist = Diarist(executor)
        let timer = executor.schedule(after: .milliseconds(5)) { diarist.writeIsolated(1) }
        executor.cancel(timer)
        await withCheckedContinuation { continuation in
            executor.schedule(after: .milliseconds(10)) { continuation.resume() }
        }
        #expect(await diarist.entries.isEmpty)
        executor.shutdown()
    }

    @Test func `the shutdown runs what was enqueued before it, and what comes after it`() async {
        let diarist = Diarist(executor)
        for entry in 0..<1000 {
            executor.execute { diarist.writeIsolated(entry) }
        }
        executor.shutdown()
        await diarist.write(1000)
        executor.execute { diarist.writeIsolated(1001) }
        #expect(await diarist.entries == Array(0...1001))
    }

    @Test func `work that work enqueues after the shutdown still runs`() async {
        await withCheckedContinuation { continuation in
            executor.execute { [executor] in
                executor.shutdown()
                executor.execute { continuation.resume() }
            }
        }
    }

    @Test func `an executor goes away after its shutdown`() async throws {
        weak var remembered: EpollExecutor?
        await withCheckedContinuation { continuation in
            let executor = EpollExecutor(name: "mortal")
            remembered = executor
            executor.execute { continuation.resume() }
            executor.shutdown()
        }
        while remembered != nil {
            try Task.checkCancellation()
            await Task.yield()
        }
    }
}
