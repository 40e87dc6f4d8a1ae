import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// A stream of server-sent events, read over a socket.
struct EventSource: AsyncSequence, Sendable {
    struct Event: Equatable, Sendable {
        var id = ""
        var name = ""
        var data = ""

        /// Nothing but a comment, as heartbeats are.
        var isComment: Bool { self == Event() }
    }

    let status: UInt
    let contentType: String?
    let retryAfter: String?
    let body: HTTPClientResponse.Body

    static func open(_ url: String, lastEventID: String? = nil, token: String? = nil) async throws -> EventSource {
        var request = HTTPClientRequest(url: url)
        if let lastEventID { request.headers.add(name: "Last-Event-ID", value: lastEventID) }
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        return EventSource(
            status: response.status.code, contentType: response.headers.first(name: "Content-Type"),
            retryAfter: response.headers.first(name: "Retry-After"), body: response.body)
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        var chunks: HTTPClientResponse.Body.AsyncIterator
        var text = ""

        mutating func next() async throws -> Event? {
            while true {
                if let end = text.range(of: "\n\n") {
                    defer { text.removeSubrange(..<end.upperBound) }
                    return Event(lines: text[..<end.lowerBound].split(separator: "\n"))
                }
                guard let chunk = try await chunks.next() else { return nil }
                text += String(buffer: chunk)
            }
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(chunks: body.makeAsyncIterator())
    }

    /// The events up to the end of the stream, without heartbeats.
    func states() async throws -> [Event] {
        try await filter { !$0.isComment }.reduce(into: []) { $0.append($1) }
    }
}

extension EventSource.Event {
    fileprivate init(lines: [Substring]) {
        for line in lines {
            let parts = line.split(separator: ": ", maxSplits: 1)
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "id": id = String(parts[1])
            case "event": name = String(parts[1])
            case "data": data = String(parts[1])
            default: break
            }
        }
    }
}
