import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

/// A user's client, with connections that it keeps.
struct LiveClient: Sendable {
    let port: Int
    var token = ""

    func loggedIn() async throws -> LiveClient {
        let session = try await post(
            "/api/users/login", #"{"email": "ann@usher.example", "password": "correct horse"}"#)
        return LiveClient(port: port, token: session["token"].string)
    }

    func ticket(for stream: String) async throws -> String {
        try await post("/api/stream-tickets", #"{"stream": "\#(stream)"}"#)["ticket"].string
    }

    func open(_ path: String, withToken: Bool = false) async throws -> EventSource {
        try await EventSource.open("http://127.0.0.1:\(port)\(path)", token: withToken ? token : nil)
    }

    func get(_ path: String) async throws -> HTTPClientResponse { try await send(.GET, path) }

    @discardableResult
    func post(_ path: String, _ body: String? = nil) async throws -> JSONValue { try await json(.POST, path, body) }

    func put(_ path: String, _ body: String) async throws { _ = try await json(.PUT, path, body) }

    func send(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, key: String? = nil
    ) async throws -> HTTPClientResponse {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = method
        if !token.isEmpty { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let key { request.headers.add(name: "Idempotency-Key", value: key) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body))
        }
        return try await HTTPClient.shared.execute(request, timeout: .seconds(30))
    }

    private func json(_ method: HTTPMethod, _ path: String, _ body: String?) async throws -> JSONValue {
        let response = try await send(method, path, body)
        let json = try await response.json
        try #require((200..<300).contains(response.status.code), "\(json)")
        return json
    }
}

extension HTTPClientResponse {
    /// The whole body.
    var json: JSONValue {
        get async throws {
            let bytes = Data(try await body.collect(upTo: 100_000).readableBytesView)
            return bytes.isEmpty ? .missing : try JSONValue(bytes)
        }
    }
}
