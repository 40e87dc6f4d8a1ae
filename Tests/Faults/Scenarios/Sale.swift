import Foundation
import LocalStack
import NIOHTTP1
import Synchronization

/// The sale that goes on while a scenario does its worst.
final class Sale: Sendable {
    private static let customers = 12
    /// How long bookings, events and refunds may take to settle once all is well again.
    private static let settlingLimit = Duration.seconds(90)

    let world: World
    let scenario: Scenario
    let event: String
    let customers: [Customer]
    let doors: Doors

    /// Runs a scenario from its beginning to the judgement.
    static func run(_ scenario: Scenario, _ options: World.Options) async throws -> Report {
        let start = ContinuousClock.now
        var report = Report(scenario: scenario.name, seed: options.seed)
        do {
            report =
                scenario.hasSmallDisk
                ? try await Disk.mounted { try await run(scenario, options, disk: $0) }
                : try await run(scenario, options, disk: nil)
        } catch let skipped as Skipped {
            report.skipped = skipped.reason
        }
        report.duration = .now - start
        return report
    }

    /// Runs a scenario with a planted fault until it is found, three times at most: whether two customers meet in the
    /// moment that the fault opens is up to chance, and to how busy the machine is.
    static func find(_ plant: Plant, in scenario: Scenario, _ options: World.Options) async throws -> Report {
        var options = options
        options.plant = plant
        var report = try await run(scenario, options)
        for _ in 1..<3 where report.isGood {
            options.seed += 1
            report = try await run(scenario, options)
        }
        return report
    }

    private static func run(_ scenario: Scenario, _ options: World.Options, disk: Disk?) async throws -> Report {
        try await World.with(options, disk: disk) { world in
            guard scenario.usesGateway else { return try await run(scenario, in: world) }
            return try await withGateway(in: world) { try await run(scenario, in: world) }
        }
    }

    private static func run(_ scenario: Scenario, in world: World) async throws -> Report {
        _ = try await world.startServer()
        let sale = try await Sale(scenario, in: world)
        try await world.options.plant?.sow(in: world)
        try await sale.goOn()
        return try await sale.judge()
    }

    /// Has payments go to the gateway's double while `body` runs.
    private static func withGateway(
        in world: World, _ body: @escaping @Sendable () async throws -> Report
    ) async throws -> Report {
        let webhooks = WebhookSender(caller: world.caller(), random: world.splitRandom())
        let report = Mutex<Report?>(nil)
        try await GatewayFake(webhooks: webhooks).serving { url in
            world.add([
                "USHER_PAYMENT_GATEWAY": "stripe", "USHER_PAYMENT_STRIPE_URL": url,
                "USHER_PAYMENT_STRIPE_KEY": GatewayFake.key,
                "USHER_PAYMENT_STRIPE_WEBHOOK_SECRET": WebhookSender.secret,
            ])
            let result = try await body()
            report.withLock { $0 = result }
        }
        guard let report = report.withLock({ $0 }) else { throw FaultsError("The gateway's double ended early.") }
        return report
    }

    private init(_ scenario: Scenario, in world: World) async throws {
        self.world = world
        self.scenario = scenario
        let organizer: SessionBody = try await world.caller().prepare(
            .POST, "/api/users/login", #"{"email": "organizer@usher.example", "password": "demo-organizer"}"#)
        let event: EventBody = try await world.caller(token: organizer.token).prepare(.POST, "/api/events", Hall.draft)
        self.event = event.id
        var customers: [Customer] = []
        for number in 1...Self.customers {
            let session: SessionBody = try await world.caller().prepare(
                .POST, "/api/users/register",
                #"{"email": "c\#(number)@usher.example", "password": "correct horse", "name": "Customer \#(number)"}"#)
            customers.append(
                Customer(
                    number: number, caller: world.caller(token: session.token), event: event.id,
                    journal: world.journal, cards: scenario.cards,
                    promisedExtra: world.options.plant == .deadlineEarly ? .seconds(1) : .zero))
        }
        self.customers = customers
        doors = Doors(open: scenario.duration, journal: world.journal)
    }

    /// Customers come, and misfortune with them.
    private func goOn() async throws {
        try await withThrowingTaskGroup { group in
            for customer in customers {
                let random = world.splitRandom()
                group.addTask { await customer.visit(self.doors, random: random) }
            }
            group.addTask {
                defer { self.doors.callLast() }
                try await self.scenario.faults(self)
            }
            try await group.waitForAll()
        }
    }
}

// MARK: - Judgement

extension Sale {
    private func judge() async throws -> Report {
        var report = Report(scenario: scenario.name, seed: world.options.seed)
        report.violations = world.violations
        for proxy in [world.postgres, world.redis, world.http] {
            proxy.removeTrap()
            proxy.set(.fair)
        }
        try await world.stack.up()
        if let server = world.latestServer, !server.isRunning {
            report.violations.append("the server has ended by itself: \(server.log.suffix(500))")
            _ = try await world.startServer()
        }
        report.violations += await settle()
        if scenario.leavesHoldsBehind { try await Pause.lasting(.seconds(Hall.holdSeconds + 1)) }
        var history = world.journal.current
        history.bookings = try await world.database.bookings()
        history.end = world.journal.now
        let verdict = Checker(history: history).verdict()
        report.violations += verdict.violations + (try await counts()) + (try await verify())
        report.undecided = verdict.undecided
        report.operations = history.operations.count { $0.answer != .notSent }
        report.unanswered = history.operations.count { $0.answer == .unknown }
        report.bookings = history.bookings.count
        report.faults = world.faults
        report.outages = world.outages.map { "\($0.name): \($0.summary(of: history.operations))" }
        report.violations += world.outages.flatMap { $0.violations(in: history.operations) }
        report.recoveries = world.recoveries.map { $0.time(in: history.operations) }
        report.violations += world.recoveries.compactMap { $0.violation(in: history.operations) }
        if !report.isGood && world.options.plant == nil {
            world.keepFolder()
            report.logs = world.folder
        }
        return report
    }

    /// Waits until bookings have ended and events are published.
    ///
    /// - Returns: What has not come to rest in time.
    private func settle() async -> [String] {
        // A charge that never arrived is given ten minutes to do so, which nobody waits for here.
        let isCharged = "EXISTS (SELECT FROM simulated_charges WHERE simulated_charges.booking = bookings.id)"
        let left = [
            ("bookings without an end", "SELECT count(*) FROM bookings WHERE status = 'queued'"),
            (
                "payments and refunds that are not settled",
                """
                SELECT count(*) FROM bookings WHERE (payment_open AND \(scenario.usesGateway ? "true" : isCharged))
                    OR (refund_minor IS NOT NULL AND NOT refunded)
                """
            ),
            ("events that are not published", "SELECT count(*) FROM outbox"),
        ]
        var violations: [String] = []
        for (what, sql) in left {
            do {
                try await Pause.until(within: Self.settlingLimit) { try await self.world.database.number(sql) == 0 }
            } catch {
                let count = (try? await world.database.number(sql)).map(String.init) ?? "unknown"
                violations.append("\(count) \(what) after \(Self.settlingLimit)")
            }
        }
        return violations
    }

    /// I3: what the server shows adds up, once nobody changes anything any more.
    private func counts() async throws -> [String] {
        struct Event: Decodable {
            let capacity: Int
            let available: Int
            let held: Int
            let booked: Int
        }
        let shown: Event = try await world.caller().prepare(.GET, "/api/events/\(event)")
        let sold = try await world.database.number("SELECT coalesce(sum(quantity), 0) FROM claims")
        var violations: [String] = []
        if shown.available + shown.held + shown.booked != Hall.capacity {
            violations.append("I3: \(shown) does not add up to \(Hall.capacity)")
        }
        if shown.booked != sold { violations.append("I3: \(shown.booked) places are shown as sold, \(sold) are") }
        return violations
    }

    /// All that `usher verify` proves.
    private func verify() async throws -> [String] {
        let child = try world.usher(["verify", "--settled", "0", "--details", "1000"])
        var output = Data()
        for await chunk in child.output { output += chunk }
        let end = await child.end()
        guard end != .exited(0) else { return [] }
        let lines = String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init)
        let broken = lines.filter { !$0.hasSuffix("kept") }
        if broken.isEmpty { return ["usher verify ended with \(String(describing: end)): \(child.errorText)"] }
        guard scenario.losesEvents else { return broken }
        return broken.filter { !$0.hasSuffix("BROKEN") && !Self.isOfLostEvents($0) }
    }

    /// Whether `usher verify` misses what the broker has lost. All else that it finds is the engine's own doing.
    private static func isOfLostEvents(_ line: String) -> Bool {
        line.contains(/events between \d+ and \d+ are missing/) || line.contains(/its last event .* tells version/)
    }
}
