import AsyncHTTPClient
import Foundation
import LocalStack
import NIOCore
import Randomness
import Synchronization

/// Everything that one scenario runs in: servers of its own, proxies in front of them, and the sale that goes on.
final class World: Sendable {
    struct Options: Sendable {
        /// The `usher` program.
        let program: URL
        let repository: URL
        /// Names the stack.
        let name: String
        var seed: UInt64
        /// Whether long outages are cut short.
        let isQuick: Bool
        var plant: Plant?
    }

    private struct State {
        var servers: [Server] = []
        var faults: [String] = []
        var violations: [String] = []
        var recoveries: [Recovery] = []
        var outages: [Outage] = []
        var random: SeededRandom
        /// What differs from what every server has.
        var settings: [String: String] = [:]
        var keepsFolder = false
    }

    let options: Options
    let stack: Stack
    /// The small disk that PostgreSQL is on, in a scenario that fills it.
    let disk: Disk?
    let database: Database
    let postgres: Proxy
    let redis: Proxy
    let http: Proxy
    let journal = Journal()
    let folder: URL
    let client: HTTPClient
    private let ports: (postgres: Int, redis: Int, http: Int)
    private let listeners: [any Channel]
    private let state: Mutex<State>

    /// Gives `body` a world without any past, and takes it down again.
    static func with<Result>(
        _ options: Options, disk: Disk?, _ body: (World) async throws -> Result
    ) async throws -> Result {
        let world = try await World(options, disk)
        do {
            let result = try await body(world)
            await world.end()
            return result
        } catch {
            await world.end()
            throw error
        }
    }

    private init(_ options: Options, _ disk: Disk?) async throws {
        self.options = options
        self.disk = disk
        stack = Stack(name: options.name, repository: options.repository, disk: disk)
        let database = "faults"
        try await Self.empty(stack, database: database)
        let postgresPort = try stack.port(of: .postgres)
        self.database = Database(url: "postgresql://usher:usher@127.0.0.1:\(postgresPort)/\(database)")
        postgres = Proxy(upstream: postgresPort) { PostgresWatcher() }
        redis = Proxy(upstream: try stack.port(of: .redis)) { BlindWatcher() }
        let refusal =
            ["HTTP/1.1 503 No server", "\(Caller.notSentHeader): 1", "content-length: 0", "connection: close"]
            .map { "\($0)\r\n" }.joined() + "\r\n"
        http = Proxy(upstream: 1, refusal: ByteBuffer(string: refusal)) { HTTPWatcher() }
        let listening = (try await postgres.listen(), try await redis.listen(), try await http.listen())
        ports = (listening.0.port, listening.1.port, listening.2.port)
        listeners = [listening.0.listener, listening.1.listener, listening.2.listener]
        folder = FileManager.default.temporaryDirectory.appending(path: "usher-faults-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var configuration = HTTPClient.Configuration()
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 200
        configuration.connectionPool.retryConnectionEstablishment = false
        client = HTTPClient(configuration: configuration)
        state = Mutex(State(random: SeededRandom(seed: options.seed)))
    }

    /// Earlier scenarios' rows, keys and events would be taken for this one's.
    private static func empty(_ stack: Stack, database: String) async throws {
        // A server on another disk must make way for this world's.
        if stack.disk != nil { try? await stack.crash(.postgres) }
        try await stack.up()
        try await stack.crash(.kafka)
        try stack.forgetLog()
        try await stack.up()
        let postgres = Database(
            url: "postgresql://usher:usher@127.0.0.1:\(try stack.port(of: .postgres))/usher")
        // PostgreSQL does not let us end its own work on a database, which a vacuum may be at.
        try await Pause.until(within: .seconds(60), "The last scenario's database could not be dropped") {
            (try? await postgres.rows("DROP DATABASE IF EXISTS \(database) WITH (FORCE)")) != nil
        }
        try await postgres.rows("CREATE DATABASE \(database)")
        try await Redis(port: try stack.port(of: .redis)).send("FLUSHALL")
    }

    private func end() async {
        for server in servers { await server.kill() }
        if disk != nil { try? await stack.crash(.postgres) }
        for listener in listeners { try? await listener.close() }
        try? await client.shutdown()
        if !state.withLock({ $0.keepsFolder }) { try? FileManager.default.removeItem(at: folder) }
    }

    /// A customer's way to the server, through the proxy.
    func caller(token: String? = nil) -> Caller {
        Caller(http: client, baseURL: "http://127.0.0.1:\(ports.http)", token: token)
    }

    /// Leaves the folder with the servers' logs where it is, for somebody to read.
    func keepFolder() {
        state.withLock { $0.keepsFolder = true }
    }

    /// Draws from the scenario's plan.
    func random(in range: ClosedRange<Int>) -> Int {
        state.withLock { Int.random(in: range, using: &$0.random) }
    }

    func splitRandom() -> SeededRandom {
        state.withLock { $0.random.split() }
    }
}

// MARK: - Servers

extension World {
    private var servers: [Server] { state.withLock { $0.servers } }

    /// The one that serves.
    var latestServer: Server? { servers.last }

    /// Starts a server and sends the customers to it.
    ///
    /// - Parameter node: Its name among several.
    func startServer(node: String = "one", _ changes: [String: String] = [:]) async throws -> Server {
        let server = try await Server(
            program: options.program, environment: environment(node: node).merging(changes) { $1 }, folder: folder)
        state.withLock { $0.servers.append(server) }
        http.redirect(to: server.port)
        return server
    }

    /// Ends a server as a crash does. The customers' connections break with it.
    func kill(_ server: Server) async {
        await server.kill()
        http.redirect(to: 1)
    }

    /// Runs `usher` with further arguments, past the proxies.
    func usher(_ arguments: [String], _ changes: [String: String] = [:]) throws -> ChildProcess {
        var environment = environment(node: "tool")
        environment["USHER_DATABASE_URL"] = database.url
        environment["USHER_REDIS_URL"] = "redis://127.0.0.1:\(try stack.port(of: .redis))/0"
        return try ChildProcess(
            options.program, arguments, environment: environment.merging(changes) { $1 }, folder: folder)
    }

    /// Gives all servers that are started from now on these settings too.
    func add(_ settings: [String: String]) {
        state.withLock { $0.settings.merge(settings) { $1 } }
    }

    private func environment(node: String) -> [String: String] {
        let kafka = (try? stack.port(of: .kafka)) ?? 1
        let settings = [
            "USHER_HTTP_HOST": "127.0.0.1",
            "USHER_HTTP_PORT": "0",
            "USHER_DATABASE_URL":
                "postgresql://usher:usher@127.0.0.1:\(ports.postgres)/faults?sslmode=disable&gssencmode=disable",
            "USHER_REDIS_URL": "redis://127.0.0.1:\(ports.redis)/0",
            "USHER_KAFKA_BROKERS": "127.0.0.1:\(kafka)",
            "USHER_JWT_SECRET": "the fault suite's secret, not for any other use",
            "USHER_MAIL_DIRECTORY": folder.appending(path: "mail").path,
            "USHER_NOTIFICATIONS_ENABLED": "false",
            "USHER_BCRYPT_COST": "4",
            // All customers come from one address.
            "USHER_LIMITS_ENABLED": "false",
            "USHER_LOG_LEVEL": "notice", "USHER_LOG_FORMAT": "text",
            "USHER_NODE_NAME": node,
            "USHER_PAYMENT_TIMEOUT_SECONDS": "2",
            // Swift's own report of a crash would hide behind a minute of symbol look-ups.
            "SWIFT_BACKTRACE": "enable=no",
        ]
        return settings.merging(state.withLock { $0.settings }) { $1 }
    }
}

// MARK: - Faults

extension World {
    /// What has been done to the world, for the report.
    var faults: [String] { state.withLock { $0.faults } }

    func note(_ fault: String) {
        let text = "\(journal.now.text)  \(fault)"
        state.withLock { $0.faults.append(text) }
    }

    /// What a scenario has found itself.
    var violations: [String] { state.withLock { $0.violations } }

    func fail(_ violation: String) {
        state.withLock { $0.violations.append(violation) }
    }

    /// Says that the last fault is over: from here on the customers should be served again.
    ///
    /// - Parameter bookings: How soon they must be able to book; nil when a hold will do, in the usual time.
    func healed(bookingsWithin bookings: Duration? = nil) {
        let recovery = Recovery(
            from: journal.now, limit: bookings ?? Recovery.usualLimit, isOfBookings: bookings != nil)
        state.withLock { $0.recoveries.append(recovery) }
    }

    var recoveries: [Recovery] { state.withLock { $0.recoveries } }

    /// Says what was promised for a time that has just ended.
    func endOutage(_ name: String, _ promise: Outage.Promise, since start: Instant) {
        let outage = Outage(name: name, promise: promise, span: start...journal.now)
        state.withLock { $0.outages.append(outage) }
    }

    var outages: [Outage] { state.withLock { $0.outages } }

    /// Waits for a time of the plan.
    func wait(milliseconds: ClosedRange<Int>) async throws {
        try await Pause.lasting(.milliseconds(random(in: milliseconds)))
    }
}
