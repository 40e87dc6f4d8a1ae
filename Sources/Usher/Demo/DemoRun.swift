import Accounts
import AsyncHTTPClient
import Booking
import Foundation
import Inventory
import Logging
import PostgresDriver
import Randomness

/// One run of the demo: an event, a crowd, and a look at what became of it.
struct DemoRun: Sendable {
    struct Options: Sendable {
        let customers: Int
        let arrivals: Duration
        let seed: UInt64
        let marker: String?
    }

    /// Customers who register through the API; the others bring a token, as from another service. Registering all of
    /// them would measure nothing but bcrypt.
    private static let registeringCustomers = 5
    /// How long the demo waits for bookings and e-mails after the last customer has gone.
    private static let settlingLimit = Duration.seconds(60)

    let configuration: UsherConfiguration
    let client: DemoClient
    let database: PostgresClient
    let options: Options
    /// Tells this run's customers and event from those of earlier runs.
    let name = UniqueID.random.description.suffix(8).description

    /// - Throws: `DemoError` `cannotRun`, or what else kept it from a result.
    func run() async throws -> DemoReport {
        try await checkServers()
        let event = try await createEvent()
        let customers = try await customers(of: event.id)
        let start = ContinuousClock.now
        let tally = await DemoCrowd(size: customers.count, marker: options.marker).visit(customers)
        let duration = ContinuousClock.now - start
        return try await report(on: event, tally, duration)
    }

    private func checkServers() async throws(DemoError) {
        guard await client.isServerReady() else {
            throw DemoError(
                code: .cannotRun, message: "No server is ready at \(client.baseURL): start one with `make run`.")
        }
        guard !configuration.jwt.isGenerated else {
            throw DemoError(
                code: .cannotRun,
                message: "The demo makes its customers' tokens: set USHER_JWT_SECRET to the server's secret.")
        }
        do {
            try await database.ping()
        } catch {
            throw DemoError(
                code: .cannotRun, message: "The server's database cannot be reached: set USHER_DATABASE_URL.",
                cause: error)
        }
    }

    private func createEvent() async throws(DemoError) -> EventBody {
        let login = LoginBody(email: DemoAccount.organizer.email, password: DemoAccount.organizer.password)
        let answer = try await client.post("/api/users/login", login, token: nil)
        guard answer.status == 200 else {
            throw DemoError(
                code: .cannotRun, message: "The demo's organizer cannot log in: start the server with --demo-data.",
                cause: answer.unexpected)
        }
        let organizer = try answer.decode(SessionBody.self).token
        let event = try await client.post(
            "/api/events", DemoVenue.event(named: "Demo night \(name)"), token: organizer)
        guard event.status == 201 else { throw event.unexpected }
        return try event.decode(EventBody.self)
    }

    private func customers(of event: String) async throws -> [DemoCustomer] {
        let tokens = try await Tokens(secret: configuration.jwt.secret.text) { Timestamp.now }
        var generator = SeededRandom(seed: options.seed)
        var customers: [DemoCustomer] = []
        for number in 1...options.customers {
            let email = DemoMailbox.address(ofCustomer: number, run: name)
            let token =
                number <= Self.registeringCustomers
                ? try await register(email)
                : tokens.issue(userID: .random, email: email, role: .customer).text
            let plan = CustomerPlan(arrivals: options.arrivals, using: &generator)
            customers.append(DemoCustomer(plan: plan, token: token, eventID: event, client: client))
        }
        return customers
    }

    private func register(_ email: String) async throws(DemoError) -> String {
        let body = LoginBody(email: email, password: UniqueID.random.description, name: "Demo customer")
        let answer = try await client.post("/api/users/register", body, token: nil)
        guard answer.status == 201 else { throw answer.unexpected }
        return try answer.decode(SessionBody.self).token
    }

    private func report(on event: EventBody, _ tally: DemoTally, _ duration: Duration) async throws -> DemoReport {
        guard let id = UniqueID(event.id) else {
            throw DemoError(code: .unexpectedAnswer, message: "The server's event id \(event.id) is no UUID.")
        }
        let promises = DemoPromises(database: database, event: id)
        let snapshot = try await settledSnapshot(promises)
        let states = snapshot.states
        let mails = try await mails(for: states.values.count(where: DemoPromises.isFinal))
        let after = try await client.get("/api/events/\(event.id)", token: nil).decode(EventBody.self)
        return DemoReport(
            customers: options.customers, tally: tally, mails: mails,
            soldPlaces: after.sections.reduce(0) { $0 + $1.booked },
            capacity: DemoVenue.capacities.values.reduce(0, +), duration: duration,
            promises: snapshot.checks + [
                DemoPromises.endings(states, followed: tally.bookings),
                try await promises.counts(after.sections),
                DemoPromises.charges(snapshot),
            ])
    }

    /// Waits for bookings whose customers gave up, so that no stream told when they end.
    private func settledSnapshot(_ promises: DemoPromises) async throws -> LedgerSnapshot {
        var patience = Patience(Self.settlingLimit)
        while true {
            let snapshot = try await promises.snapshot()
            let open = snapshot.states.values.count { !DemoPromises.isFinal($0) }
            guard open > 0 else { return snapshot }
            do {
                try await patience.wait(after: "\(open) bookings have not ended")
            } catch {
                // Bookings that never end are what the promise is checked for.
                return snapshot
            }
        }
    }

    private func mails(for expected: Int) async throws -> DemoReport.Mails? {
        guard configuration.mail.smtpURL == nil else { return nil }
        var mailbox = DemoMailbox(directory: configuration.mail.directory, run: name)
        var progress = ProgressBar()
        try await mailbox.wait(for: expected, limit: Self.settlingLimit, progress: &progress)
        progress.finish()
        return DemoReport.Mails(written: mailbox.count, expected: expected)
    }
}

extension LedgerSnapshot {
    /// The status of each booking, by the booking's own id.
    fileprivate var states: [String: String] {
        bookings.reduce(into: [:]) { $0[$1.id] = $1.status }
    }
}

extension Timestamp {
    /// The wall clock's time.
    static var now: Timestamp {
        Timestamp(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1_000))
    }
}

extension UniqueID {
    /// A new id, of the time and chance.
    fileprivate static var random: UniqueID { SystemIdentifierSource().next(at: .now) }
}
