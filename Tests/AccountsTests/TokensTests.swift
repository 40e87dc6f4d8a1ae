import Booking
import Foundation
import Inventory
import JWTKit
import Synchronization
import Testing

@testable import Accounts

@Suite(.timeLimit(.minutes(1))) struct TokensTests {
    private let ada = Somebody(userID: UniqueID(high: 1, low: 2), email: "ada@example.com", role: .organizer)
    private let stream = "/api/booking/1/stream"

    @Test func `verifies a token that it issued, the first time and from memory`() async throws {
        let tokens = try await makeTokens()
        let token = tokens.issue(userID: ada.userID, email: ada.email, role: ada.role)
        #expect(token.expiresAt == wholeNoon + .seconds(86_400))
        #expect(try await tokens.verify(token.text).somebody == ada)
        #expect(try await tokens.verify(token.text).somebody == ada)
    }

    @Test func `writes the claims of the contract`() async throws {
        let tokens = try await makeTokens(lifetime: .seconds(90))
        let token = tokens.issue(userID: ada.userID, email: ada.email, role: ada.role)
        let claims = try await secretKeys().verify(token.text, as: Forgery.self)
        #expect(claims.sub == ada.userID.description)
        #expect(claims.role == "organizer")
        #expect(claims.email == ada.email)
        #expect(claims.iss == "usher")
        #expect(claims.aud == "usher")
        #expect(claims.iat == Timestamp.noon.millisecondsSince1970 / 1_000)
        #expect(claims.exp == Timestamp.noon.millisecondsSince1970 / 1_000 + 90)
        #expect(claims.sid == nil)
        #expect(claims.jti.flatMap { UniqueID($0) } != nil)
    }

    @Test func `refuses a token from the second in which it expires, remembered or not`() async throws {
        let clock = SteppingClock()
        let tokens = try await makeTokens(lifetime: .seconds(60), clock: clock)
        let remembered = tokens.issue(userID: ada.userID, email: ada.email, role: ada.role)
        let new = tokens.issue(userID: ada.userID, email: ada.email, role: ada.role)
        clock.advance(by: .milliseconds(59_749))
        #expect(try await tokens.verify(remembered.text).somebody == ada)
        clock.advance(by: .milliseconds(1))
        await expectRefusal(.tokenExpired) { try await tokens.verify(remembered.text) }
        await expectRefusal(.tokenExpired) { try await tokens.verify(new.text) }
    }

    @Test func `refuses a token that lacks a claim, or has another value where only one is right`() async throws {
        let tokens = try await makeTokens()
        #expect(
            try await tokens.verify(sign(Forgery(of: ada))).somebody == ada,
            "a forgery must be good before it is spoiled")
        let fixed: [WritableKeyPath<Forgery, String?>] = [\.sub, \.role, \.iss, \.aud]
        for claim in fixed + [\.email, \.jti] {
            var forgery = Forgery(of: ada)
            forgery[keyPath: claim] = nil
            await expectRefusal(.invalidToken) { try await tokens.verify(sign(forgery)) }
        }
        for claim in fixed {
            var forgery = Forgery(of: ada)
            forgery[keyPath: claim] = "another"
            await expectRefusal(.invalidToken) { try await tokens.verify(sign(forgery)) }
        }
    }

    @Test func `refuses a token without an end`() async throws {
        let tokens = try await makeTokens()
        var forgery = Forgery(of: ada)
        forgery.exp = nil
        await expectRefusal(.invalidToken) { try await tokens.verify(sign(forgery)) }
    }

    @Test func `accepts the furthest end that a claim can name`() async throws {
        let tokens = try await makeTokens()
        var forgery = Forgery(of: ada)
        forgery.exp = .max
        #expect(try await tokens.verify(sign(forgery)).somebody == ada)
    }

    @Test(
        arguments: [
            ["kid": .string("usher-1")], ["kid": .null], ["kid": .int(1)], ["alg": .string("none")],
            ["alg": .string("HS512")], ["alg": .string("hs256")], ["alg": .string("RS256")], ["alg": .string("")],
            ["crit": .array([.string("b64")])],
        ] as [[String: JWTHeaderField]])
    func `refuses a good signature under another header`(fields: [String: JWTHeaderField]) async throws {
        let tokens = try await makeTokens()
        #expect(try await tokens.verify(sign(Forgery(of: ada))).somebody == ada)
        await expectRefusal(.invalidToken) { try await tokens.verify(sign(Forgery(of: ada), header: fields)) }
    }

    @Test func `refuses another key, and another algorithm with the same key`() async throws {
        let tokens = try await makeTokens()
        let header: JWTHeader = ["kid": .string(kid), "alg": "HS256"]
        let otherKey = await JWTKeyCollection()
            .add(hmac: HMACKey(from: String(repeating: "o", count: 32)), digestAlgorithm: .sha256)
        let otherHash = await JWTKeyCollection().add(hmac: HMACKey(from: longSecret), digestAlgorithm: .sha512)
        let unsigned = await JWTKeyCollection().addUnsecuredNone()
        for keys in [otherKey, otherHash, unsigned] {
            let text = try await keys.sign(Forgery(of: ada), header: header)
            await expectRefusal(.invalidToken) { try await tokens.verify(text) }
        }
    }

    @Test func `refuses a token with any changed part`() async throws {
        let tokens = try await makeTokens()
        let text = tokens.issue(userID: ada.userID, email: ada.email, role: .customer).text
        let other = tokens.issue(userID: ada.userID, email: ada.email, role: .admin).text
        let parts = text.split(separator: "."), otherParts = other.split(separator: ".")
        let changed = [
            "\(parts[0]).\(otherParts[1]).\(parts[2])", "\(parts[0]).\(parts[1]).\(otherParts[2])",
            "\(parts[0]).\(parts[1]).", "\(parts[0]).\(parts[1])", "\(parts[0])", "", "..", "...", ".\(text)",
            "\(text).", "\(text) ", " \(text)", "\(parts[0]).\(parts[1]).A\(parts[2])", "Bearer \(text)",
            String(repeating: "a", count: 1_000_000),
        ]
        for text in changed {
            await expectRefusal(.invalidToken) { try await tokens.verify(text) }
        }
    }

    @Test(
        arguments: [
            #"{"alg":"HS256","kid":1e300}"#, #"{"alg":1e300,"kid":"\#(kid)"}"#, #"{"alg":["HS256"],"kid":{}}"#, "[]",
            "null", "{", "\u{0}", #"{"alg":"HS256","kid":"\#(kid)","x":1e300}"#,
        ])
    func `survives a header that no library expects`(header: String) async throws {
        let tokens = try await makeTokens()
        let encoded = base64URL(header)
        await expectRefusal(.invalidToken) { try await tokens.verify("\(encoded).\(base64URL("{}")).\(encoded)") }
    }

    @Test func `takes the tokens of the previous secret, and signs with the current one`() async throws {
        let old = try await Tokens(secret: String(repeating: "o", count: 32), now: { .noon })
        let oldToken = old.issue(userID: ada.userID, email: ada.email, role: ada.role).text
        await expectRefusal(.invalidToken) { try await makeTokens().verify(oldToken) }
        let rotated = try await Tokens(
            secret: secret, previousSecret: String(repeating: "o", count: 32), now: { .noon })
        #expect(try await rotated.verify(oldToken).somebody == ada)
        let newToken = rotated.issue(userID: ada.userID, email: ada.email, role: ada.role).text
        #expect(try await makeTokens().verify(newToken).somebody == ada)
        await expectRefusal(.invalidToken) { try await old.verify(newToken) }
    }

    @Test func `names a secret's key as any other service can`() {
        // printf 'usher:%s' ssss…s | sha256sum | cut -c 1-16
        #expect(kid == "8d0cecd07a771656")
    }

    @Test func `refuses a token of the future, but for half a minute of another clock's lead`() async throws {
        let tokens = try await makeTokens()
        let now = Timestamp.noon.secondsSince1970
        for claim in [\Forgery.iat, \Forgery.nbf] {
            var forgery = Forgery(of: ada)
            forgery[keyPath: claim] = now + 30
            #expect(try await tokens.verify(sign(forgery)).somebody == ada)
            forgery[keyPath: claim] = now + 31
            await expectRefusal(.invalidToken) { try await tokens.verify(sign(forgery)) }
            forgery[keyPath: claim] = .max
            await expectRefusal(.invalidToken) { try await tokens.verify(sign(forgery)) }
            forgery[keyPath: claim] = .min
            #expect(try await tokens.verify(sign(forgery)).somebody == ada)
        }
    }

    @Test func `refuses a token beyond 4 KB, however good`() async throws {
        let tokens = try await makeTokens()
        var forgery = Forgery(of: ada)
        forgery.stream = String(repeating: "s", count: 2_500)
        #expect(try await tokens.verify(sign(forgery)).somebody == ada)
        forgery.stream = String(repeating: "s", count: 3_000)
        await expectRefusal(.invalidToken) { try await tokens.verify(sign(forgery)) }
    }

    @Test func `refuses the tokens of an ended session, remembered or not, and no others`() async throws {
        let tokens = try await makeTokens()
        let user = User(id: ada.userID, email: ada.email, name: "Ada", role: ada.role, createdAt: .noon)
        let session = UniqueID(high: 7, low: 7)
        let remembered = tokens.issue(for: user, session: session, at: .noon)
        let new = tokens.issue(for: user, session: session, at: .noon)
        let other = tokens.issue(for: user, session: UniqueID(high: 8, low: 8), at: .noon)
        #expect(try await tokens.verify(remembered.text).session == session)
        tokens.revoke([Revocation(session: session, lastTokenExpiry: remembered.expiresAt)])
        for token in [remembered, new] {
            await expectRefusal(.tokenRevoked) { try await tokens.verify(token.text) }
        }
        #expect(try await tokens.verify(other.text).somebody == ada)
    }

    @Test func `takes a token without a session for one of its own`() async throws {
        let tokens = try await makeTokens()
        let one = tokens.issue(userID: ada.userID, email: ada.email, role: ada.role)
        let other = tokens.issue(userID: ada.userID, email: ada.email, role: ada.role)
        let identity = try await tokens.verify(one.text)
        #expect(identity.session != (try await tokens.verify(other.text).session))
        tokens.revoke([Revocation(session: identity.session, lastTokenExpiry: identity.expiresAt)])
        await expectRefusal(.tokenRevoked) { try await tokens.verify(one.text) }
        #expect(try await tokens.verify(other.text).somebody == ada)
    }

    @Test func `refuses a session that is no id`() async throws {
        let tokens = try await makeTokens()
        var forgery = Forgery(of: ada)
        forgery.sid = "mine"
        await expectRefusal(.invalidToken) { try await tokens.verify(sign(forgery)) }
    }

    @Test func `does not print a token`() async throws {
        let token = try await makeTokens().issue(userID: ada.userID, email: ada.email, role: ada.role)
        #expect(!"\(token)".contains(token.text))
    }

    @Test func `opens with a ticket its own stream for a minute, and no other`() async throws {
        let clock = SteppingClock()
        let tokens = try await makeTokens(clock: clock)
        let login = try await tokens.verify(tokens.issue(userID: ada.userID, email: ada.email, role: ada.role).text)
        let ticket = tokens.issueStreamTicket(for: stream, to: login)
        let reader = Somebody(userID: ada.userID, email: "", role: ada.role)
        #expect(ticket.expiresAt == wholeNoon + .seconds(60))
        #expect(try await tokens.verifyStreamTicket(ticket.text, for: stream).somebody == reader)
        for other in ["", "/", "/api/booking/2/stream", stream + "/", stream.uppercased()] {
            await expectRefusal(.invalidToken) { try await tokens.verifyStreamTicket(ticket.text, for: other) }
        }
        clock.advance(by: .seconds(60))
        await expectRefusal(.tokenExpired) { try await tokens.verifyStreamTicket(ticket.text, for: stream) }
    }

    @Test func `refuses a ticket of a session that has ended, and tells who has come with it`() async throws {
        let tokens = try await makeTokens()
        let login = try await tokens.verify(tokens.issue(userID: ada.userID, email: ada.email, role: ada.role).text)
        let ticket = tokens.issueStreamTicket(for: stream, to: login)
        let reader = try await tokens.verifyStreamTicket(ticket.text, for: stream)
        #expect(reader.session == login.session)
        #expect(!tokens.isRevoked(reader.session, issuedAt: reader.issuedAt))
        let revocation = Revocation(session: login.session, lastTokenExpiry: login.expiresAt)
        tokens.revoke([revocation])
        #expect(tokens.isRevoked(reader.session, issuedAt: reader.issuedAt))
        await expectRefusal(.tokenRevoked) { try await tokens.verifyStreamTicket(ticket.text, for: stream) }
        let count = tokens.revocationCount
        tokens.revoke([revocation])
        #expect(tokens.revocationCount == count, "nothing new is to be looked for")
    }

    @Test func `takes neither a ticket for a login nor a login for a ticket`() async throws {
        let tokens = try await makeTokens()
        let token = tokens.issue(userID: ada.userID, email: ada.email, role: ada.role)
        let login = try await tokens.verify(token.text)
        let ticket = tokens.issueStreamTicket(for: stream, to: login)
        #expect(login.somebody == ada)
        await expectRefusal(.invalidToken) { try await tokens.verify(ticket.text) }
        await expectRefusal(.invalidToken) { try await tokens.verifyStreamTicket(token.text, for: stream) }
        var forgery = Forgery(of: ada)
        forgery.stream = stream
        await expectRefusal(.invalidToken) { try await tokens.verifyStreamTicket(sign(forgery), for: stream) }
    }

    @Test(arguments: [("short", 60), (String(repeating: "x", count: 31), 60), (secret, 0), (secret, 400_000_000)])
    func `refuses a secret that is too short and a lifetime that is none`(secret: String, seconds: Int) async {
        await expectRefusal(.invalidConfiguration) {
            _ = try await Tokens(secret: secret, lifetime: .seconds(seconds), now: { .noon })
        }
        await expectRefusal(.invalidConfiguration) {
            _ = try await Tokens(
                secret: longSecret, previousSecret: secret, lifetime: .seconds(seconds), now: { .noon })
        }
    }
}

// MARK: - Forging

/// At least as long as SHA-512's output, so that one secret serves both algorithms.
private let longSecret = String(repeating: "s", count: 64)
private let secret = longSecret
private let kid = TokenKeys.name(of: secret)

private func makeTokens(
    lifetime: Duration = .seconds(86_400), clock: SteppingClock = SteppingClock()
) async throws -> Tokens {
    try await Tokens(secret: secret, lifetime: lifetime, now: { clock.now })
}

/// Noon in whole seconds, as claims are written.
private let wholeNoon = Timestamp.noon + .milliseconds(-250)

private func secretKeys() async -> JWTKeyCollection {
    await JWTKeyCollection().add(hmac: HMACKey(from: secret), digestAlgorithm: .sha256)
}

private func sign(_ forgery: Forgery, header fields: [String: JWTHeaderField] = [:]) async throws -> String {
    let good: [String: JWTHeaderField] = ["kid": .string(kid), "alg": .string("HS256")]
    let header = JWTHeader(fields: good.merging(fields) { $1 })
    return try await secretKeys().sign(forgery, header: header)
}

private func base64URL(_ text: String) -> String {
    Data(text.utf8).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}

private func expectRefusal<Result>(
    _ code: AccountsError.Code, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Result
) async {
    let error = await #expect(throws: AccountsError.self, sourceLocation: sourceLocation) { _ = try await body() }
    #expect(error?.code == code, sourceLocation: sourceLocation)
}

/// Claims without any check, each of which may be missing.
struct Forgery: JWTPayload {
    var sub: String?
    var role: String?
    var email: String?
    var stream: String?
    var iss: String?
    var aud: String?
    var sid: String?
    var iat: Int64?
    var nbf: Int64?
    var exp: Int64?
    var jti: String?

    init(of identity: Somebody) {
        let now = Timestamp.noon.millisecondsSince1970 / 1_000
        sub = identity.userID.description
        role = identity.role.rawValue
        email = identity.email
        iss = "usher"
        aud = "usher"
        iat = now
        exp = now + 60
        jti = "1"
    }

    func verify(using algorithm: some JWTAlgorithm) {}
}

/// What a token says of its bearer, whatever its session.
struct Somebody: Equatable {
    var userID: UniqueID
    var email: String
    var role: Role
}

extension Identity {
    fileprivate var somebody: Somebody { Somebody(userID: userID, email: email, role: role) }
}
