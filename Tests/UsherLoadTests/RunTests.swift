import ArgumentParser
import Foundation
import NIOCore
import Synchronization
import Testing

@testable import UsherLoad

@Suite(.timeLimit(.minutes(1))) struct RunTests {
    private func world(_ server: StandIn) throws -> World {
        World(
            server: try ServerAddress(url: server.url), customers: [Account(email: "a", token: "t")],
            events: [Event(id: "e", rows: 1, seatsPerRow: 10)])
    }

    private func run(
        _ executor: Executor, against server: StandIn, threads: Int = 1, graceful: TimeAmount = .seconds(30),
        onSecond: (Second) throws -> Void = { _ in }
    ) async throws -> RunResult {
        var plan = Plan()
        plan.scenarios = [ScenarioPlan(name: "a", executor: executor, exec: "hold", gracefulStop: graceful)]
        let run = Run(plan, RunOptions(server: try ServerAddress(url: server.url), threads: threads))
        let result = try await run.run(in: try world(server), onSecond: onSecond)
        await run.shutdown()
        return result
    }

    @Test func `Arrivals come by the clock while the server says nothing, and their latency tells`() async throws {
        let server = try await StandIn { _, _ in .held }
        // Released when all ten have come: none of them waited for the answer to another.
        async let answering: Void = {
            while server.requests.count < 10 {
                try Task.checkCancellation()
                await Task.yield()
            }
            server.release()
        }()
        let result = try await run(
            .constantArrivalRate(
                rate: 50, timeUnit: .seconds(1), duration: .milliseconds(200),
                crew: Executor.Crew(preallocated: 1, most: 10)), against: server)
        try await answering
        #expect(result.totals.counter(Metric.iterations) == 10)
        #expect(result.totals.counter(Metric.dropped) == 0)
        // The tenth was not to be sent before 180 ms had gone, and the first was not answered before that.
        #expect(result.totals.trend(Metric.duration).max >= 180)
        #expect(result.usersMax == 10)
    }

    @Test func `The users that are there from the start come connected`() async throws {
        let server = try await StandIn { _, _ in .json(201, "{}") }
        _ = try await run(
            .constantArrivalRate(
                rate: 10, timeUnit: .seconds(1), duration: .milliseconds(100),
                crew: Executor.Crew(preallocated: 7, most: 7)), against: server, threads: 2)
        #expect(server.requests.count == 1)
        #expect(server.connections == 7)
    }

    @Test func `Arrivals for which no user is free are dropped and counted`() async throws {
        let server = try await StandIn { _, _ in .held }
        var dropped = 0
        let result = try await run(
            .constantArrivalRate(
                rate: 50, timeUnit: .seconds(1), duration: .milliseconds(200),
                crew: Executor.Crew(preallocated: 1, most: 1)), against: server
        ) { second in
            for (key, value) in second.series where key.metric == Metric.dropped {
                if case .counter(let count) = value { dropped += count }
            }
            if dropped == 9 { server.release() }
        }
        #expect(result.totals.counter(Metric.dropped) == 9)
        #expect(result.totals.counter(Metric.iterations) == 1)
        #expect(server.requests.count == 1)
    }

    @Test func `An iteration that begins late is measured from when it should have begun`() async throws {
        let server = try await StandIn { _, _ in .json(201, "{}") }
        let lane = Lane(index: 0, of: 1)
        let durations = try await lane.holdLate(by: .hours(1), in: try world(server))
        try await lane.shutdown()
        // The first request is late with the iteration; the second is sent when the first is answered.
        #expect(durations.count == 2)
        #expect(durations.max >= 3_600_000)
        #expect(durations.min < 3_600_000)
    }

    @Test(arguments: [1, 2]) func `Looping users send when they have an answer, each on one connection`(
        threads: Int
    ) async throws {
        let server = try await StandIn { request, number in
            number % 10 == 0 ? .json(201, "{}") : .json(409, "{\"code\":\"seats_unavailable\"}")
        }
        let result = try await run(
            .constantVUs(vus: 3, duration: .milliseconds(300)), against: server, threads: threads)
        let sent = server.requests.count
        #expect(sent > 0)
        #expect(result.totals.counter(Metric.requests) == sent)
        #expect(result.totals.counter(Metric.iterations) == sent)
        #expect(result.totals.counter("holds") + result.totals.counter("hold_conflicts") == sent)
        #expect(result.totals.rate(Metric.requestsFailed).passes == 0)
        #expect(result.usersMax == 3)
        #expect(
            server.requests.allSatisfy {
                $0.path == "/api/events/e/hold" && $0.body.hasPrefix("{\"seats\":[\"STALLS-1-")
            })
    }

    @Test func `An iteration that outlives its grace is cut off, and is no failure`() async throws {
        let server = try await StandIn { _, _ in .held }
        let result = try await run(
            .constantVUs(vus: 2, duration: .milliseconds(100)), against: server, graceful: .milliseconds(50))
        #expect(result.totals.counter(Metric.interrupted) == 2)
        #expect(result.totals.counter(Metric.iterations) == 0)
        #expect(result.totals.counter(Metric.requests) == 0)
    }

    @Test(arguments: [
        StandIn.Reply.close, .rawAndClose("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"),
        .raw("nonsense\r\n\r\n"),
    ])
    func `What is no answer is a failed request, and the next one takes a new connection`(
        reply: StandIn.Reply
    ) async throws {
        let server = try await StandIn { _, number in number % 2 == 0 ? reply : .json(201, "{}") }
        let result = try await run(.constantVUs(vus: 1, duration: .milliseconds(300)), against: server)
        let (sent, failed) = (server.requests.count, result.totals.rate(Metric.requestsFailed))
        #expect(failed.total == sent)
        #expect(failed.passes == (sent + 1) / 2)
        #expect(result.totals.counter("holds") == sent / 2)
        #expect(result.totals.counter(Metric.status, ["class": "none"]) == failed.passes)
        #expect(result.firstError != nil)
    }

    @Test func `A server that is not there fails every request`() async throws {
        let server = try await StandIn { _, _ in .close }
        try await server.close()
        let result = try await run(
            .constantArrivalRate(
                rate: 100, timeUnit: .seconds(1), duration: .milliseconds(100),
                crew: Executor.Crew(preallocated: 10, most: 10)), against: server)
        let failed = result.totals.rate(Metric.requestsFailed)
        #expect(failed.total > 0)
        #expect(failed.passes == failed.total)
    }

    @Test(arguments: [("count>0", nil), ("count<1", 99)])
    func `The command makes its world, runs, and ends with k6's status`(threshold: String, status: Int32?) async throws
    {
        let server = try await StandIn { request, _ in
            switch request.path {
            case "/api/users/login": .json(200, "{\"token\":\"o\"}")
            case "/api/users/register": .json(201, "{\"token\":\"c\"}")
            case "/api/events": .json(201, "{\"id\":\"e\"}")
            default: .json(201, "{}")
            }
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "usher-load-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let plan = folder.appending(path: "plan.yaml")
        try """
        setup: {seats: 10, customers: 3}
        scenarios:
          a: {executor: constant-vus, exec: hold, vus: 2, duration: 100ms}
        thresholds:
          holds: \(threshold)
        """.write(to: plan, atomically: true, encoding: .utf8)
        let points = folder.appending(path: "points.json")
        let command = try RunCommand.parse([
            plan.path, "--url", server.url, "--quiet", "--out", "json=\(points.path)",
        ])
        if let status {
            let exit = await #expect(throws: ExitCode.self) { try await command.run() }
            #expect(exit?.rawValue == status)
        } else {
            try await command.run()
        }
        #expect(server.requests.count { $0.path == "/api/users/register" } == 3)
        let lines = try String(contentsOf: points, encoding: .utf8).split(separator: "\n")
        #expect(lines.contains { $0.contains("\"type\":\"Metric\"") && $0.contains("\"holds\"") })
        #expect(lines.contains { $0.contains("\"type\":\"Point\"") && $0.contains("\"name\":\"hold\"") })
    }

    @Test func `What cannot be run ends with 2`() async throws {
        let command = try RunCommand.parse(["no-such-scenario", "--quiet"])
        let exit = await #expect(throws: ExitCode.self) { try await command.run() }
        #expect(exit?.rawValue == 2)
    }
}

extension Lane {
    /// Two requests of one iteration that should have begun earlier.
    fileprivate func holdLate(by time: TimeAmount, in world: World) async throws -> Trend {
        let client = HTTPClient(address: world.server, loop: loop, timeout: .seconds(30))
        let user = VirtualUser(
            number: 1, world: world, client: client, metrics: CrewMetrics(recorder, [:]), seed: 1)
        user.begin(intended: .now() - time)
        for _ in 1...2 { _ = try await user.post("/x", "{}", name: "x") }
        client.close()
        var totals = Totals()
        totals.add(read().series)
        return totals.trend(Metric.duration)
    }
}
