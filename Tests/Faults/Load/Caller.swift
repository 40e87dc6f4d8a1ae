import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Speaks the API as one customer, and turns its answers into what the checker understands.
struct Caller: Sendable {
    /// The header of the proxy's own answer, when there was no server.
    static let notSentHeader = "x-not-sent"
    private static let limit = TimeAmount.seconds(30)

    struct Answer {
        let status: UInt
        let headers: HTTPHeaders
        let body: Data

        func decode<Body: Decodable>(_ type: Body.Type = Body.self) throws -> Body {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(type, from: body)
        }

        var text: String { String(decoding: body.prefix(500), as: UTF8.self) }
    }

    let http: HTTPClient
    let baseURL: String
    var token: String?

    /// - Returns: Nil when there was no answer.
    func send(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, key: String? = nil,
        headers: [(String, String)] = []
    ) async -> Answer? {
        var request = HTTPClientRequest(url: baseURL + path)
        request.method = method
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        request.headers.add(contentsOf: headers)
        if let key { request.headers.add(name: "idempotency-key", value: key) }
        if let body {
            request.headers.add(name: "content-type", value: "application/json")
            request.body = .bytes(ByteBuffer(string: body))
        }
        guard let response = try? await http.execute(request, timeout: Self.limit),
            let bytes = try? await response.body.collect(upTo: 1 << 22)
        else { return nil }
        return Answer(status: response.status.code, headers: response.headers, body: Data(bytes.readableBytesView))
    }

    /// Sends what must succeed, as far as it is no test: an account, an event.
    func prepare<Body: Decodable>(
        _ method: HTTPMethod, _ path: String, _ body: String? = nil, as type: Body.Type = Body.self
    ) async throws -> Body {
        guard let answer = await send(method, path, body) else { throw FaultsError("\(path) was not answered.") }
        guard (200..<300).contains(answer.status) else { throw FaultsError("\(path): \(answer.status) \(answer.text)") }
        return try answer.decode()
    }

    /// Follows a booking's stream until it ends, or breaks.
    func follow(_ booking: String, onEvent: (BookingBody) -> Void) async {
        var request = HTTPClientRequest(url: "\(baseURL)/api/booking/\(booking)/stream")
        if let token { request.headers.add(name: "authorization", value: "Bearer \(token)") }
        guard let response = try? await http.execute(request, timeout: Self.limit), response.status == .ok else {
            return
        }
        var rest = ""
        do {
            for try await chunk in response.body {
                rest += String(buffer: chunk)
                while let end = rest.firstRange(of: "\n\n") {
                    let event = rest[..<end.lowerBound]
                    if let line = event.split(separator: "\n").first(where: { $0.hasPrefix("data: ") }),
                        let body = try? Answer(status: 200, headers: [:], body: Data(line.dropFirst(6).utf8))
                            .decode(BookingBody.self)
                    {
                        onEvent(body)
                    }
                    rest.removeSubrange(..<end.upperBound)
                }
            }
        } catch {
            // A stream may break at any time; what it told until then counts.
        }
    }
}

struct SessionBody: Decodable {
    let token: String
}

struct EventBody: Decodable {
    let id: String
}

struct HoldBody: Decodable {
    struct Claim: Decodable {
        let unit: String
        let quantity: Int
    }

    let holdId: String
    let claims: [Claim]
    let expiresInMs: Int
}

struct BookingBody: Decodable {
    let bookingId: String
    let status: String
    let version: Int64
}

struct SeatMapBody: Decodable {
    struct Seat: Decodable {
        let id: String
        let status: SeatStatus
    }

    let seats: [Seat]
}

struct ProblemBody: Decodable {
    struct Unavailable: Decodable {
        let unit: String
        let status: SeatStatus
        let available: Int?
    }

    let code: String
    let unavailable: [Unavailable]?
}
