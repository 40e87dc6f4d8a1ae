import Foundation
import NIOCore

/// Makes the world of a test through the API, as its people would.
extension Lane {
    /// How many registrations are under way at a time: a password costs the server tens of milliseconds.
    private static let registrations = 4

    func makeWorld(_ setup: SetupPlan, server: ServerAddress, label: String) async throws(SetupError) -> World {
        var world = World(server: server)
        let caller = SetupCaller(server: server, loop: loop)
        defer { caller.close() }
        if setup.events > 0 {
            let organizer = try await caller.logIn("organizer@usher.example", "demo-organizer")
            world.organizer = organizer
            for number in 0..<setup.events where !isStopping {
                world.events.append(try await caller.create(setup, label, number, as: organizer))
            }
        }
        world.customers = try await register(setup.customers, server, label)
        guard !isStopping else { throw SetupError(description: "stopped before the test began") }
        return world
    }

    private func register(_ count: Int, _ server: ServerAddress, _ label: String) async throws(SetupError) -> [Account]
    {
        let results = await withTaskGroup(of: Result<[(Int, Account)], SetupError>.self) { group in
            for worker in 0..<min(count, Self.registrations) {
                let numbers = Array(stride(from: worker, to: count, by: Self.registrations))
                group.addTask { await self.register(numbers, server, label) }
            }
            var results: [Result<[(Int, Account)], SetupError>] = []
            for await result in group { results.append(result) }
            return results
        }
        var accounts: [(Int, Account)] = []
        for result in results { accounts += try result.get() }
        return accounts.sorted { $0.0 < $1.0 }.map(\.1)
    }

    private func register(
        _ numbers: [Int], _ server: ServerAddress, _ label: String
    ) async -> Result<[(Int, Account)], SetupError> {
        let caller = SetupCaller(server: server, loop: loop)
        defer { caller.close() }
        var accounts: [(Int, Account)] = []
        do throws(SetupError) {
            for number in numbers where !isStopping {
                let email = "load-\(label)-\(number + 1)@usher.example"
                accounts.append((number, try await caller.register(email, "load-test-\(label)")))
            }
        } catch {
            return .failure(error)
        }
        return .success(accounts)
    }
}

/// What a world could not be made for.
struct SetupError: Error, CustomStringConvertible {
    let description: String
}

/// Asks the API one thing after the other, and takes no for an error.
final class SetupCaller {
    private let server: ServerAddress
    private let client: HTTPClient
    private let loop: any EventLoop

    private static let patience = TimeAmount.seconds(30)

    init(server: ServerAddress, loop: any EventLoop) {
        self.server = server
        self.loop = loop
        client = HTTPClient(address: server, loop: loop, timeout: Self.patience)
    }

    func close() { client.close() }

    func logIn(_ email: String, _ password: String) async throws(SetupError) -> Account {
        let answer = try await post(
            "/api/users/login", "{\"email\":\"\(email)\",\"password\":\"\(password)\"}", expecting: 200,
            "log in as \(email) (start the server with --demo-data)")
        return Account(email: email, token: answer.text(of: "token"))
    }

    func register(_ email: String, _ password: String) async throws(SetupError) -> Account {
        let answer = try await post(
            "/api/users/register",
            "{\"email\":\"\(email)\",\"password\":\"\(password)\",\"name\":\"Load test\"}", expecting: 201,
            "register a customer")
        return Account(email: email, token: answer.text(of: "token"))
    }

    func create(
        _ setup: SetupPlan, _ label: String, _ index: Int, as organizer: Account
    ) async throws(SetupError) -> Event {
        let perRow = min(setup.seats, setup.seatsPerRow)
        let rows = (setup.seats + perRow - 1) / perRow
        let answer = try await post(
            "/api/events",
            """
            {"name":"Load \(label)-\(index + 1)","venue":"Load test","starts_at":"2030-01-01T20:00:00Z","currency":"EUR",\
            "hold_ttl_seconds":\(setup.holdSeconds),"max_units_per_customer":\(setup.unitsPerCustomer),\
            "sections":[{"name":"\(Event.section)","kind":"seated","rows":\(rows),"seats_per_row":\(perRow),\
            "price":\(setup.price)}]}
            """, expecting: 201, "create an event", token: organizer.token)
        guard let id = answer.text(of: "id") else { throw SetupError(description: "a new event came without its id") }
        return Event(id: id, index: index, rows: rows, seatsPerRow: perRow)
    }

    /// The states of an event's seats, by the seats' ids.
    func seatStates(of event: Event) async throws(SetupError) -> [String: String] {
        let answer = try await request(.get, event.seatsPath, nil, expecting: 200, "look at an event's seats")
        do {
            let map = try JSONDecoder().decode(SeatMap.self, from: Data(answer.body.readableBytesView))
            return Dictionary(map.seats.map { ($0.id, $0.status) }) { $1 }
        } catch {
            throw SetupError(description: "an event's seats cannot be read: \(error)")
        }
    }

    private struct SeatMap: Decodable {
        let seats: [Seat]

        struct Seat: Decodable {
            let id: String
            let status: String
        }
    }

    private func post(
        _ path: String, _ body: String, expecting status: Int, _ purpose: String, token: String? = nil
    ) async throws(SetupError) -> Response {
        try await request(.post, path, body, expecting: status, purpose, token: token)
    }

    private func request(
        _ method: Method, _ path: String, _ body: String?, expecting status: Int, _ purpose: String,
        token: String? = nil
    ) async throws(SetupError) -> Response {
        let head = RequestHead(method, path, host: server.host, token: token)
        let bound = NIOLoopBound(client, eventLoop: loop)
        let timer = loop.scheduleTask(in: Self.patience + .seconds(1)) { bound.value.sweep(at: .now()) }
        defer { timer.cancel() }
        let exchange = await client.send(head, fields: [], body: body, intended: nil)
        switch exchange.outcome {
        case .failed(let failure): throw SetupError(description: "cannot \(purpose): \(failure)")
        case .answered(let response) where response.status == status: return response
        case .answered(let response):
            let advice = response.status == 429 ? "; start the server with USHER_LIMITS_ENABLED=false" : ""
            throw SetupError(
                description: """
                    cannot \(purpose): the server answered \(response.status)\(advice): \
                    \(String(buffer: response.body).prefix(500))
                    """)
        }
    }
}
