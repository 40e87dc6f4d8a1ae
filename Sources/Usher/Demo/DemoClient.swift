import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// The REST and streaming client of all customers. It goes on trying while the server is away or overloaded.
struct DemoClient: Sendable {
    /// An answer that is neither a broken connection nor a plea to come again.
    struct Answer {
        let status: UInt
        let body: Data

        func decode<Body: Decodable>(_ type: Body.Type) throws(DemoError) -> Body {
            do {
                return try DemoCoding.decode(type, from: body)
            } catch {
                throw unexpected
            }
        }

        var problem: ProblemBody? { try? DemoCoding.decode(ProblemBody.self, from: body) }

        /// The answer as the error that it is where nothing else is expected.
        var unexpected: DemoError {
            let text = String(decoding: body.prefix(300), as: UTF8.self)
            return DemoError(code: .unexpectedAnswer, message: "The server answered \(status): \(text)")
        }
    }

    /// Long, since a killed server breaks its connections at once: only a hung one is waited for, and asking an overloaded
    /// one again makes it worse.
    private static let answerTimeout = TimeAmount.seconds(30)
    private static let largestAnswer = 1 << 20

    private let http: HTTPClient
    let baseURL: String

    /// - Parameters:
    ///   - http: A client whose owner shuts it down.
    ///   - baseURL: `http://host:port`
    init(http: HTTPClient, baseURL: String) {
        self.http = http
        self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
    }

    /// The settings of an HTTP client for a crowd.
    ///
    /// - Parameter connections: The most connections at a time; each customer uses one, be it for a stream.
    static func configuration(connections: Int) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            // A live stream has a heartbeat every 15 s.
            timeout: HTTPClient.Configuration.Timeout(connect: .seconds(10), read: .seconds(40)),
            connectionPool: HTTPClient.Configuration.ConnectionPool(
                idleTimeout: .seconds(30), concurrentHTTP1ConnectionsPerHostSoftLimit: connections))
        configuration.httpVersion = .http1Only
        // Retried here, where the time that it takes is counted.
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    /// Whether a server answers at all; tried once.
    func isServerReady() async -> Bool {
        let answer = try? await answer(to: request(.GET, "/health/ready", token: nil))
        return answer?.answer.status == 200
    }

    func get(_ path: String, token: String?) async throws(DemoError) -> Answer {
        try await send(request(.GET, path, token: token))
    }

    /// Deletes. It may reach the server twice, when the first answer is lost.
    func delete(_ path: String, token: String?) async throws(DemoError) -> Answer {
        try await send(request(.DELETE, path, token: token))
    }

    /// Posts a JSON body. It may reach the server twice, when the first answer is lost.
    ///
    /// - Parameter key: An `Idempotency-Key`, with which it is done once all the same.
    func post(
        _ path: String, _ body: some Encodable, token: String?, key: String? = nil
    ) async throws(DemoError) -> Answer {
        var request = request(.POST, path, token: token)
        if let key { request.headers.add(name: "idempotency-key", value: key) }
        request.headers.add(name: "content-type", value: "application/json")
        do {
            request.body = .bytes(ByteBuffer(bytes: try DemoCoding.encode(body)))
        } catch {
            throw DemoError(code: .cannotRun, message: "A body for \(path) cannot be written.", cause: error)
        }
        return try await send(request)
    }

    /// Follows a booking to its end, over as many streams as it takes.
    ///
    /// - Returns: The end state.
    /// - Throws: `gaveUp` when it has not ended after the time that a customer waits.
    func end(ofBooking id: String, token: String) async throws(DemoError) -> BookingBody {
        var patience = Patience()
        var seen: BookingBody?
        while true {
            do {
                try await follow(bookingID: id, token: token, seen: &seen)
            } catch {
                try await patience.wait(after: "the stream of booking \(id) broke: \(error)")
                continue
            }
            if let seen, seen.isFinal { return seen }
            try await patience.wait(after: "the stream of booking \(id) ended before the booking did")
        }
    }

    /// Reads one stream to its end, so that its connection can serve again.
    private func follow(bookingID: String, token: String, seen: inout BookingBody?) async throws {
        var request = request(.GET, "/api/booking/\(bookingID)/stream", token: token)
        request.headers.add(name: "accept", value: "text/event-stream")
        if let seen { request.headers.add(name: "last-event-id", value: String(seen.version)) }
        let response = try await http.execute(request, timeout: Self.answerTimeout)
        switch response.status {
        case .ok: break
        case .noContent:
            // Nothing newer than what was seen.
            seen = try await get("/api/booking/\(bookingID)", token: token).decode(BookingBody.self)
            return
        default:
            throw Answer(status: response.status.code, body: try await data(of: response)).unexpected
        }
        var parser = ServerSentEventParser()
        do {
            for try await chunk in response.body {
                for event in parser.append(chunk.readableBytesView) where event.name == "status" {
                    seen = try DemoCoding.decode(BookingBody.self, from: Data(event.data.utf8))
                }
            }
        } catch {
            guard seen?.isFinal == true else { throw error }
        }
    }

    private func request(_ method: HTTPMethod, _ path: String, token: String?) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: baseURL + path)
        request.method = method
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        return request
    }

    private func send(_ request: HTTPClientRequest) async throws(DemoError) -> Answer {
        var patience = Patience()
        while true {
            do {
                let (answer, retryAfter) = try await answer(to: request)
                let isBusy = answer.status == 503 || answer.status == 429
                guard isBusy || answer.problem?.code == "idempotency_key_in_use" else { return answer }
                try await patience.wait(atLeast: retryAfter, after: "\(answer.unexpected)")
            } catch let error as DemoError {
                throw error
            } catch {
                try await patience.wait(after: "\(error)")
            }
        }
    }

    private func answer(to request: HTTPClientRequest) async throws -> (answer: Answer, retryAfter: Duration?) {
        let response = try await http.execute(request, timeout: Self.answerTimeout)
        let answer = Answer(status: response.status.code, body: try await data(of: response))
        let seconds = response.headers.first(name: "retry-after").flatMap { Int($0) }
        return (answer, seconds.map { .seconds($0) })
    }

    private func data(of response: HTTPClientResponse) async throws -> Data {
        Data(try await response.body.collect(upTo: Self.largestAnswer).readableBytesView)
    }
}
