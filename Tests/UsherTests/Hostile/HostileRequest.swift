/// Bytes that no well-meaning client sends, and how they are refused.
struct HostileRequest: Sendable {
    let what: String
    let bytes: String
    let status: Int
    let code: String

    static let all: [HostileRequest] =
        bodies.map { what, body, status, code in
            HostileRequest(what: what, bytes: post(body), status: status, code: code)
        }
        + heads.map { what, bytes, status, code in
            HostileRequest(what: what, bytes: bytes, status: status, code: code)
        }
        + tokens.map { what, token, status, code in
            HostileRequest(
                what: what, bytes: get("/api/users/profile", "Authorization: Bearer \(token)\r\n"), status: status,
                code: code)
        }

    private static let bodies: [(String, String, Int, String)] = [
        ("malformed JSON", #"{"email": nonsense}"#, 400, "invalid_body"),
        ("truncated JSON", #"{"email": "a@usher.example"#, 400, "invalid_body"),
        ("10,000 lists in each other", String(repeating: "[", count: 10_000), 400, "invalid_body"),
        ("10,000 objects in each other", String(repeating: #"{"a":"#, count: 10_000), 400, "invalid_body"),
        ("a number beyond 64 bits", #"{"email": 99999999999999999999, "password": "x"}"#, 400, "invalid_body"),
        ("a number beyond all", #"{"email": 1e999, "password": "x"}"#, 400, "invalid_body"),
        ("no number", #"{"email": NaN, "password": "x"}"#, 400, "invalid_body"),
        ("a name twice", #"{"email": "a", "email": "b", "password": "x"}"#, 400, "invalid_body"),
        ("a name twice, written differently", #"{"email": "a", "\u0065mail": "b"}"#, 400, "invalid_body"),
        ("a NUL in a name", #"{"email\u0000": "a", "password": "x"}"#, 400, "invalid_body"),
        ("a body beyond the limit", String(repeating: " ", count: 65_537), 413, "body_too_large"),
    ]

    private static let heads: [(String, String, Int, String)] = [
        ("no HTTP", "\u{16}\u{3}\u{1}\u{2}\u{0}\r\n\r\n", 400, "malformed_request"),
        (
            "two lengths",
            "POST /api/users/login HTTP/1.1\r\nHost: usher\r\nContent-Length: 2\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, "malformed_request"
        ),
        (
            "1,000 header fields", get("/health/live", (0..<1_000).map { "X-\($0): y\r\n" }.joined()), 431,
            "headers_too_large"
        ),
        (
            "a body without end",
            "POST /api/users/login HTTP/1.1\r\nHost: usher\r\nTransfer-Encoding: chunked\r\n\r\n"
                + String(repeating: "4000\r\n\(String(repeating: " ", count: 0x4000))\r\n", count: 6), 413,
            "body_too_large"
        ),
        ("a head that does not end", "GET /api/events HTTP/1.1\r\nHost: us", 408, "request_timeout"),
        (
            "a body that does not come",
            "POST /api/users/login HTTP/1.1\r\nHost: usher\r\nContent-Length: 100\r\n\r\n{", 408, "request_timeout"
        ),
    ]

    private static let tokens: [(String, String, Int, String)] = [
        ("a token without signature", ForgedToken.unsigned, 401, "invalid_token"),
        ("a token of another algorithm", ForgedToken.confused, 401, "invalid_token"),
        ("a token of an unknown key", ForgedToken.unknownKey, 401, "invalid_token"),
        ("a token whose key is a path", ForgedToken.pathKey, 401, "invalid_token"),
        ("a token of another secret", ForgedToken.otherSecret, 401, "invalid_token"),
        // A sound token is let in, and then there is no such user.
        ("a sound token", ForgedToken.sound, 404, "user_not_found"),
        ("a token of the future", ForgedToken.early, 401, "invalid_token"),
        ("an old token", ForgedToken.expired, 401, "token_expired"),
        ("a token for another service", ForgedToken.otherAudience, 401, "invalid_token"),
        ("a long token", ForgedToken.long, 401, "invalid_token"),
        ("a token of a megabyte", String(repeating: "x", count: 1 << 20), 431, "headers_too_large"),
    ]

    static func get(_ path: String, _ fields: String = "") -> String {
        "GET \(path) HTTP/1.1\r\nHost: usher\r\n\(fields)Connection: close\r\n\r\n"
    }

    private static func post(_ body: String) -> String {
        "POST /api/users/login HTTP/1.1\r\nHost: usher\r\nContent-Length: \(body.utf8.count)\r\n"
            + "Connection: close\r\n\r\n\(body)"
    }
}
