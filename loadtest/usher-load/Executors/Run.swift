import NIOCore

/// What a run is to do, after the options of the command line.
struct RunOptions: Sendable {
    var server: ServerAddress
    var threads = 1
    var env: [String: String] = [:]
    var seed: UInt64 = 1
    var serverProcess: Int?
    /// Whether to look at the seats when the scenarios have ended.
    var looksAtSeats = false
}

/// One second of a run.
struct Second: Sendable {
    /// Of its end, since the first scenario began.
    var time: Double
    /// Its real length, in seconds.
    var length: Double
    var series: [SeriesKey: SeriesValue]
    var activeUsers: Int
    var users: Int
    /// The worst of the event loops.
    var loop: LoopMeter.Reading
}

/// What a run found.
struct RunResult: Sendable {
    var plan: Plan
    var totals = Totals()
    var verdicts: [Verdict] = []
    /// How long the scenarios took, in seconds.
    var seconds = 0.0
    var usersRange: ClosedRange<Int> = 0...0
    var users = 0
    var usersMax = 0
    /// The worst of all seconds.
    var loop = LoopMeter.Reading()
    /// Processor time while the scenarios ran, in seconds.
    var ownProcessor = 0.0
    var serverProcessor: Double?
    var firstError: String?
    /// Whether somebody ended it early.
    var wasStopped = false
    var world: World
    /// Of the event that was asked for most; nil when nobody looked.
    var seats: SeatFindings?

    /// The gauges of a second.
    fileprivate mutating func take(_ second: Second) {
        let active = second.activeUsers
        usersRange =
            usersMax == 0 ? active...active : min(usersRange.lowerBound, active)...max(usersRange.upperBound, active)
        users = active
        usersMax = max(usersMax, second.users)
        loop.busy = max(loop.busy, second.loop.busy)
        loop.waiting = max(loop.waiting, second.loop.waiting)
    }

    /// k6's; nil when all is well.
    var exitStatus: Int32? {
        if wasStopped { return 105 }
        return crossed.isEmpty ? nil : 99
    }

    var crossed: [Verdict] { verdicts.filter { !$0.isKept } }
}

/// Runs a plan: makes its world, lets its users loose on the lanes, and reads what they measure once a second.
struct Run: Sendable {
    let plan: Plan
    let options: RunOptions
    let lanes: [Lane]

    init(_ plan: Plan, _ options: RunOptions) {
        self.plan = plan
        self.options = options
        lanes = (0..<options.threads).map { Lane(index: $0, of: options.threads) }
    }

    /// - Parameters:
    ///   - label: What the names of what it makes begin with; it must be new.
    ///   - onSecond: Is given every second as it ends.
    func run(label: String, onSecond: (Second) throws -> Void) async throws -> RunResult {
        do {
            let world = try await lanes[0].makeWorld(plan.setup, server: options.server, label: label)
            var result = try await run(in: world, onSecond: onSecond)
            if options.looksAtSeats { result.seats = await lookAtSeats(in: world) }
            await shutdown()
            return result
        } catch {
            await shutdown()
            throw error
        }
    }

    /// Ends it early. Its result is then what was measured so far.
    func stop() async {
        for lane in lanes { await lane.stop() }
    }

    func shutdown() async {
        // A thread that does not end is no reason to lose the result.
        for lane in lanes { try? await lane.shutdown() }
    }

    /// Runs the scenarios in a world that is there. The lanes go on.
    func run(in world: World, onSecond: (Second) throws -> Void) async throws -> RunResult {
        var result = RunResult(plan: plan, world: world)
        let prepared = try await prepare(world)
        for assignment in prepared {
            for lane in lanes { await lane.prepare(assignment) }
        }
        let (ownBefore, serverBefore) = (Processor.own(), serverProcessor)
        // What the setup has left behind is no measurement.
        for lane in lanes { _ = await lane.read() }
        let start = NIODeadline.now()
        let assignments = prepared.map { $0.starting(at: start + $0.plan.startTime) }

        let (ticks, ticker) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let timer = lanes[0].loop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            ticker.yield()
        }
        async let scenarios: Void = {
            await withDiscardingTaskGroup { group in
                for assignment in assignments {
                    for lane in lanes {
                        group.addTask(executorPreference: lane.taskExecutor) { await lane.run(assignment) }
                    }
                }
            }
            timer.cancel()
            ticker.finish()
        }()
        do {
            var last = start
            for await _ in ticks { try onSecond(await read(&result, since: start, &last)) }
            await scenarios
            try onSecond(await read(&result, since: start, &last))
            result.seconds = (last - start).inSeconds
        } catch {
            await stop()
            throw error
        }
        result.ownProcessor = Processor.own() - ownBefore
        if let before = serverBefore, let after = serverProcessor { result.serverProcessor = after - before }
        result.verdicts = plan.thresholds.map { Verdict($0, result.totals, seconds: result.seconds) }
        return result
    }

    private func lookAtSeats(in world: World) async -> SeatFindings? {
        var wishes = SeatWishes()
        for lane in lanes { wishes.add(await lane.wishes) }
        guard let event = world.events.max(by: { wishes.total(of: $0) < wishes.total(of: $1) }) else { return nil }
        return await lanes[0].findings(of: event, wishes.counts(of: event), world.server)
    }

    private func prepare(_ world: World) async throws -> [Assignment] {
        var assignments: [Assignment] = []
        for (index, scenario) in plan.scenarios.enumerated() {
            let env = scenario.env.merging(options.env) { $1 }
            guard let journey = Journeys.named(scenario.exec) else {
                throw PlanError("there is no journey \(scenario.exec)")
            }
            let tags = plan.tags.merging(scenario.tags) { $1 }.with("scenario", scenario.name)
            assignments.append(
                Assignment(
                    plan: scenario, journey: try await journey.init(world, Settings(values: env)), world: world,
                    start: .now(), seed: options.seed &+ UInt64(index) << 32, tags: tags))
        }
        return assignments
    }

    private func read(_ result: inout RunResult, since start: NIODeadline, _ last: inout NIODeadline) async -> Second {
        var sums = Totals()
        var second = Second(time: 0, length: 0, series: [:], activeUsers: 0, users: 0, loop: LoopMeter.Reading())
        for lane in lanes {
            let reading = await lane.read()
            sums.add(reading.series)
            second.activeUsers += reading.activeUsers
            second.users += reading.users
            second.loop.busy = max(second.loop.busy, reading.loop.busy)
            second.loop.waiting = max(second.loop.waiting, reading.loop.waiting)
            result.firstError = result.firstError ?? reading.firstError
            result.wasStopped = result.wasStopped || reading.wasStopped
        }
        let now = NIODeadline.now()
        second.series = sums.series
        second.time = (now - start).inSeconds
        second.length = (now - last).inSeconds
        last = now
        result.totals.add(second.series)
        // The last moment, when the users have gone, is no second to judge by, unless there was no other.
        if second.length > 0.5 || result.usersMax == 0 { result.take(second) }
        return second
    }

    private var serverProcessor: Double? { options.serverProcess.flatMap(Processor.of) }
}

extension Lane {
    fileprivate func run(_ assignment: Assignment) async {
        let executor = assignment.plan.executor
        await sleep(until: assignment.start)
        if let schedule = UserSchedule(executor) {
            await run(assignment, schedule)
        } else if let schedule = ArrivalSchedule(executor), let size = executor.crew {
            await run(assignment, schedule, size)
        }
    }
}
