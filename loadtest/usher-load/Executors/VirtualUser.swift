import NIOCore
import Randomness

/// Somebody who uses the API over and over: what a journey acts with. It lives on one event loop.
final class VirtualUser {
    /// From 1, over all of its scenario.
    let number: Int
    let world: World
    /// Whom it is signed in as. Several users may share an account.
    let account: Account
    /// How many iterations it has begun.
    private(set) var iteration = 0
    /// The same choices for the same seed, whatever else happens.
    var random: SeededRandom
    /// What its journey wants to find again in its next iteration.
    var memory: [String: String] = [:]

    private let client: HTTPClient
    private let metrics: CrewMetrics
    private var intended: NIODeadline?
    /// What it has asked for so far: few names, and always the same.
    private var endpoints: [Endpoint] = []

    private struct Endpoint {
        let name: String
        let series: RequestSeries
        var head: RequestHead
    }

    init(number: Int, world: World, client: HTTPClient, metrics: CrewMetrics, seed: UInt64) {
        self.number = number
        self.world = world
        self.client = client
        self.metrics = metrics
        account = world.account(of: number)
        random = SeededRandom(seed: seed, stream: UInt64(number))
    }

    // MARK: - Requests

    /// Asks with GET.
    ///
    /// - Parameters:
    ///   - name: What its measurements are filed under, as the tag `name`.
    ///   - expecting: The statuses that are an answer rather than a failure.
    /// - Throws: `RequestFailure` when no answer comes; it is counted already.
    func get(
        _ path: String, name: String, expecting: ExpectedStatuses = .success, fields: [(String, String)] = []
    ) async throws(RequestFailure) -> Response {
        try await request(.get, path, name: name, expecting: expecting, fields: fields)
    }

    /// Asks whether something has changed since this user saw it last, as browsers do.
    func getIfChanged(_ path: String, name: String) async throws(RequestFailure) -> Response {
        let fields = memory[path].map { [("If-None-Match", $0)] } ?? []
        let answer = try await get(path, name: name, expecting: .successOrUnchanged, fields: fields)
        memory[path] = answer.head.field("etag") ?? memory[path]
        if answer.status == 304 { count("not_modified") }
        return answer
    }

    func post(
        _ path: String, _ body: String, name: String, expecting: ExpectedStatuses = .success,
        fields: [(String, String)] = []
    ) async throws(RequestFailure) -> Response {
        try await request(.post, path, body: body, name: name, expecting: expecting, fields: fields)
    }

    func delete(_ path: String, name: String, expecting: ExpectedStatuses = .success) async throws(RequestFailure)
        -> Response
    {
        try await request(.delete, path, name: name, expecting: expecting)
    }

    /// - Parameters:
    ///   - fields: Header fields beside those that every request has, such as `Idempotency-Key`.
    ///   - isSignedIn: Whether it is asked as the user's account, or as somebody unknown.
    func request(
        _ method: Method, _ path: String, body: String? = nil, name: String, expecting: ExpectedStatuses = .success,
        fields: [(String, String)] = [], isSignedIn: Bool = true
    ) async throws(RequestFailure) -> Response {
        let index = endpoint(name, method, path, token: isSignedIn ? account.token : nil)
        // The first request of an iteration is late when the iteration is.
        let since = intended
        intended = nil
        let exchange = await client.send(endpoints[index].head, fields: fields, body: body, intended: since)
        return try record(exchange, endpoints[index].series, expecting)
    }

    /// Reads server-sent events, on a connection of its own, until `onEvent` wants no more, the server ends the stream,
    /// its time or the test is over. All of that is an answer, and its duration is the time until it began.
    ///
    /// It is asked for as somebody unknown, since an `EventSource` sends no token: an event's seats are public, and the
    /// link to a booking's stream has a ticket in it.
    ///
    /// - Parameters:
    ///   - limit: How long to read at most.
    ///   - onEvent: Is called on the event loop as the events come; `arrival` tells when.
    @discardableResult
    func stream(
        _ path: String, name: String, upTo limit: TimeAmount, expecting: ExpectedStatuses = .success,
        onEvent: @escaping (ServerSentEvent) -> HTTPConnection.StreamStep
    ) async throws(RequestFailure) -> Response {
        let index = endpoint(name, .get, path, token: nil)
        intended = nil
        var exchange = await client.stream(endpoints[index].head, upTo: limit, onEvent: onEvent)
        exchange.end = exchange.firstByte
        return try record(exchange, endpoints[index].series, expecting)
    }

    // MARK: - What the journey finds

    /// Counts whether something is as it should be. k6's `check`.
    @discardableResult
    func check(_ name: String, _ holds: Bool) -> Bool {
        metrics.check(name).add(holds)
        return holds
    }

    /// Adds to a counter of the journey's own.
    func count(_ metric: String, _ amount: Int = 1) { metrics.counter(metric).add(amount) }

    /// Records a time of the journey's own.
    func trend(_ metric: String, _ time: TimeAmount) { metrics.trend(metric).record(time) }

    /// Remembers that seats were asked for by name.
    func wish(for seats: Range<Int>, of event: Event) { metrics.wish(for: seats, of: event) }

    // MARK: - For its executor

    /// - Parameter intended: When the iteration should have begun; nil when it begins now.
    func begin(intended: NIODeadline?) {
        iteration += 1
        self.intended = intended
    }

    /// Opens the connection for its requests. When that fails, its first request tries again, and tells.
    func connect() async { await client.connect() }

    func sweep(at now: NIODeadline) { client.sweep(at: now) }

    func interrupt() { client.interrupt() }

    func close() { client.close() }

    private func endpoint(_ name: String, _ method: Method, _ path: String, token: String?) -> Int {
        guard let index = endpoints.firstIndex(where: { $0.name == name && $0.head.method == method }) else {
            let head = RequestHead(method, path, host: world.server.host, token: token)
            endpoints.append(Endpoint(name: name, series: metrics.request(name, method), head: head))
            return endpoints.count - 1
        }
        if !endpoints[index].head.fits(method, path, token: token) {
            endpoints[index].head = RequestHead(method, path, host: world.server.host, token: token)
        }
        return index
    }

    private func record(
        _ exchange: Exchange, _ series: RequestSeries, _ expecting: ExpectedStatuses
    ) throws(RequestFailure) -> Response {
        switch exchange.outcome {
        case .answered(let response):
            series.record(exchange, status: response.status, isExpected: expecting.contains(response.status))
            return response
        case .failed(let failure):
            if failure.code != .interrupted { series.record(exchange, status: 0, isExpected: false) }
            throw failure
        }
    }
}

/// The statuses that a journey counts with.
struct ExpectedStatuses: Sendable {
    private let ranges: [ClosedRange<Int>]

    init(_ statuses: Int...) { ranges = statuses.map { $0...$0 } }

    private init(_ range: ClosedRange<Int>) { ranges = [range] }

    /// What k6 takes for success.
    static let success = ExpectedStatuses(200...399)
    static let successOrUnchanged = ExpectedStatuses(200, 304)

    func contains(_ status: Int) -> Bool { ranges.contains { $0.contains(status) } }
}
