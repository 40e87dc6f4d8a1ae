import NIOCore
import Testing

@testable import UsherLoad

/// A task of a lane may be put behind others with every `await`: what it has looked at before can have changed when it
/// begins to wait.
@Suite(.timeLimit(.minutes(1))) struct LaneTests {
    private func onLane<Answer: Sendable>(
        _ body: @escaping @Sendable (Lane) async throws -> Answer
    ) async throws -> Answer {
        let lane = Lane(index: 0, of: 1)
        let answer = try await Task(executorPreference: lane.taskExecutor) { try await body(lane) }.value
        try await lane.shutdown()
        return answer
    }

    @Test func `A user that is about to wait for work when its scenario ends is let go`() async throws {
        let work = try await onLane { try await $0.workWhileEnding() }
        #expect(work == nil)
    }

    @Test func `A sleeper that is about to sleep when its alarm rings, or the run stops, does not`() async throws {
        try await onLane { await $0.sleepWhileRinging() }
        try await onLane { await $0.sleepWhileStopping() }
    }

    @Test func `A stream that is about to begin when the test ends is interrupted`() async throws {
        let server = try await StandIn { _, _ in .held }
        let address = try ServerAddress(url: server.url)
        // At some of these moments its connection has just been opened.
        for time in stride(from: 0, to: 2000, by: 5).map(TimeAmount.microseconds) {
            let code = try await onLane { await $0.stream(of: address, interruptedAfter: time) }
            #expect(code == .interrupted, "after \(time)")
        }
        server.release()
    }
}

extension Lane {
    fileprivate func workWhileEnding() async throws -> NIODeadline? {
        let plan = ScenarioPlan(name: "a", executor: .constantVUs(vus: 1, duration: .seconds(1)), exec: "idle")
        let assignment = Assignment(
            plan: plan, journey: Idling(), world: World(server: try ServerAddress(url: "http://127.0.0.1:1")),
            start: .now(), seed: 1, tags: [:])
        let crew = NIOLoopBound(LaneCrew(assignment, recorder), eventLoop: loop)
        loop.execute { crew.value.end() }
        return await crew.value.work()
    }

    fileprivate func sleepWhileRinging() async {
        let alarm = NIOLoopBound(Alarm(), eventLoop: loop)
        loop.execute { alarm.value.ring() }
        await sleep(until: .now() + .hours(1), alarm: alarm.value)
    }

    fileprivate func sleepWhileStopping() async {
        loop.execute { self.assumeIsolated { $0.stop() } }
        await sleep(until: .now() + .hours(1))
    }

    /// How the stream of a server that says nothing ends.
    fileprivate func stream(of server: ServerAddress, interruptedAfter time: TimeAmount) async -> RequestFailure.Code? {
        let client = HTTPClient(address: server, loop: loop, timeout: .seconds(30))
        let bound = NIOLoopBound(client, eventLoop: loop)
        loop.scheduleTask(in: time) { bound.value.interrupt() }
        let exchange = await client.stream(
            RequestHead(.get, "/", host: server.host, token: nil), upTo: .hours(1), onEvent: { _ in .more })
        if case .failed(let failure) = exchange.outcome { return failure.code }
        return nil
    }
}

private struct Idling: Journey {
    static let name = "idle"
    static let summary = ""

    init() {}
    init(_ world: World, _ env: Settings) {}

    func iterate(_ user: VirtualUser) {}
}
