import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import Usher

/// Sends requests to a server, as one user or as nobody.
struct APIClient: Sendable {
    /// An answer with its whole body.
    struct Answer: Sendable {
        let status: Int
        let headers: HTTPHeaders
        let body: Data

        /// The body of an answer that must have this status.
        func expect<Body: Decodable>(_ status: Int, _ type: Body.Type = Body.self) throws -> Body {
            try #require(self.status == status, "\(String(decoding: body.prefix(2_000), as: UTF8.self))")
            return try decode()
        }

        /// The problem that the body describes; nil when it is none.
        var problem: ProblemAnswer? {
            headers.first(name: "content-type") == "application/problem+json" ? try? decode() : nil
        }

        private func decode<Body: Decodable>() throws -> Body {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Body.self, from: body)
        }
    }

    private static let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)

    private static var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(timeout: .init(connect: .seconds(5), read: .seconds(40)))
        configuration.httpVersion = .http1Only
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 300
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    let baseURL: String
    var token: String?

    func get(_ path: String) async throws -> Answer {
        try await send(.GET, path)
    }

    func post(_ path: String, _ json: String) async throws -> Answer {
        try await send(.POST, path, body: Data(json.utf8))
    }

    /// Long: a server may be under attack, on a machine that has other things to do.
    private static let patience = TimeAmount.seconds(60)

    func send(
        _ method: HTTPMethod, _ path: String, body: Data? = nil, headers: HTTPHeaders = [:]
    ) async throws -> Answer {
        var headers = headers
        if body != nil, !headers.contains(name: "content-type") {
            headers.add(name: "content-type", value: "application/json")
        }
        var request = request(method, path, headers: headers)
        if let body { request.body = .bytes(ByteBuffer(bytes: body)) }
        let response = try await Self.http.execute(request, timeout: Self.patience)
        let bytes = try await response.body.collect(upTo: 1 << 22)
        return Answer(
            status: Int(response.status.code), headers: response.headers, body: Data(bytes.readableBytesView))
    }

    /// Reads a stream to its end, which the server must bring about.
    ///
    /// - Parameter onEvent: Called with each event as it comes.
    @discardableResult
    func follow(
        _ path: String, onEvent: (ServerSentEvent) throws -> Void = { _ in }
    ) async throws -> [ServerSentEvent] {
        let response = try await Self.http.execute(request(.GET, path, headers: [:]), timeout: Self.patience)
        try #require(response.status == .ok)
        #expect(response.headers.first(name: "content-type") == "text/event-stream")
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        for try await chunk in response.body {
            for event in parser.append(chunk.readableBytesView) {
                events.append(event)
                try onEvent(event)
            }
        }
        return events
    }

    private func request(_ method: HTTPMethod, _ path: String, headers: HTTPHeaders) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: baseURL + path)
        request.method = method
        request.headers = headers
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        return request
    }
}
