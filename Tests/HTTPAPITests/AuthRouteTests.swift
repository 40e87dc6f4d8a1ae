import Accounts
import HTTPTypes
import Inventory
import Simulation
import Testing

@Suite("Sessions", .timeLimit(.minutes(1)))
struct AuthRouteTests {
    @Test func `a session goes on by refresh tokens, each good for once`() async throws {
        let api = try await TestAPI()
        try await api.withRouter { visitor in
            let first = try await visitor.register()
            #expect(first["refresh_expires_at"] == "2027-02-14T08:00:00.000Z")
            api.clock.advance(by: .seconds(86_400))
            let second = try await visitor.refresh(first)
            #expect(second.status == .ok)
            #expect(second.headers[.cacheControl] == "no-store")
            #expect(second.json.keys == first.json.keys)
            #expect(second["user"] == first["user"])
            #expect(try await visitor.with(second).get("/api/users/profile").status == .ok)

            let again = try await visitor.refresh(first)
            #expect(again.refusal == "401 refresh_token_reused")
            #expect(try await visitor.with(second).get("/api/users/profile").refusal == "401 token_revoked")
            #expect(try await visitor.refresh(second).refusal == "401 invalid_refresh_token")
        }
    }

    @Test func `of two refreshes at once one has the new tokens`() async throws {
        try await TestAPI().withRouter { visitor in
            let session = try await visitor.register()
            async let one = visitor.refresh(session)
            async let two = visitor.refresh(session)
            let answers = try await [one, two].sorted { $0.status.code < $1.status.code }
            #expect(answers[0].status == .ok)
            #expect(answers[1].refusal == "401 refresh_token_reused")
        }
    }

    @Test func `a logout ends the session at once, and no other`() async throws {
        try await TestAPI().withRouter { visitor in
            let session = try await visitor.register()
            let other = try await visitor.login()
            let ann = visitor.with(session)
            let logout = try await ann.send(.post, "/api/auth/logout")
            #expect(logout.status == .noContent && logout.text.isEmpty)
            let refused = try await ann.get("/api/auth/me")
            #expect(refused.refusal == "401 token_revoked")
            #expect(refused.headers[.wwwAuthenticate] == #"Bearer error="invalid_token""#)
            #expect(try await ann.send(.post, "/api/auth/logout").refusal == "401 token_revoked")
            #expect(try await visitor.refresh(session).refusal == "401 invalid_refresh_token")
            #expect(try await visitor.with(other).get("/api/auth/me").status == .ok)
        }
    }

    @Test func `whoever is signed in sees her profile and her session`() async throws {
        try await TestAPI().withRouter { visitor in
            let session = try await visitor.register()
            let me = try await visitor.with(session).get("/api/auth/me")
            #expect(me.headers[.cacheControl] == "no-store")
            #expect(
                me.json.keys == ["id", "email", "name", "role", "created_at", "session", "token_expires_at"])
            #expect(me["id"] == session["user"]["id"])
            #expect(me["token_expires_at"] == session["expires_at"])
            #expect(me["session"].keys == ["id", "created_at", "expires_at"])
            #expect(me["session"]["expires_at"] == session["refresh_expires_at"])
            #expect(try await visitor.signedIn().get("/api/auth/me").refusal == "404 user_not_found")
        }
    }

    @Test func `a code that came by mail signs in, once`() async throws {
        let api = try await TestAPI()
        try await api.withRouter { visitor in
            let user = try await visitor.register()["user"]
            let requested = try await visitor.post("/api/auth/request-otp", #"{"email": "ann@usher.example"}"#)
            #expect(requested.status == .accepted)
            let unknown = try await visitor.post("/api/auth/request-otp", #"{"email": "bob@usher.example"}"#)
            #expect(unknown.status == .accepted)
            #expect(unknown.text == requested.text)
            #expect(requested.text == #"{"expires_in_seconds":300,"retry_after_seconds":30}"#)

            try #require(api.codes.codes.count == 1)
            let code = api.codes.codes[0].digits
            let session = try await visitor.verify(code)
            #expect(session.status == .ok)
            #expect(session.headers[.cacheControl] == "no-store")
            #expect(session["user"] == user)
            #expect(try await visitor.with(session).get("/api/auth/me")["id"] == user["id"])
            let again = try await visitor.verify(code)
            #expect(again.refusal == "401 invalid_code")
            let stranger = try await visitor.verify(code, email: "bob@usher.example")
            #expect(stranger.refusal == "401 invalid_code")
            #expect(stranger["detail"] == again["detail"])
        }
    }

    @Test func `five wrong codes at once use up the right one`() async throws {
        let api = try await TestAPI()
        try await api.withRouter { visitor in
            _ = try await visitor.register()
            _ = try await visitor.post("/api/auth/request-otp", #"{"email": "ann@usher.example"}"#)
            let code = try #require(api.codes.codes.first).digits
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 1...5 { group.addTask { try await visitor.verify("wrong").refusal } }
                for try await refusal in group { #expect(refusal == "401 invalid_code") }
            }
            #expect(try await visitor.verify(code).refusal == "429 too_many_attempts")
            api.clock.advance(by: .seconds(1))
            #expect(try await visitor.verify(code).refusal == "401 invalid_code")
        }
    }

    @Test(arguments: ["ann", "nobody"])
    func `whoever tries out passwords must wait, whether there is an account or not`(name: String) async throws {
        let api = try await TestAPI()
        try await api.withRouter { visitor in
            _ = try await visitor.register()
            for _ in 1...5 {
                #expect(try await visitor.login(name, "wrong horse").refusal == "401 invalid_credentials")
            }
            let refused = try await visitor.login(name)
            #expect(refused.refusal == "429 too_many_attempts")
            #expect(refused.headers[.retryAfter] == "1")
            api.clock.advance(by: .seconds(1))
            #expect(try await visitor.login(name, "wrong horse").refusal == "401 invalid_credentials")
            #expect(try await visitor.login(name).headers[.retryAfter] == "2")
            api.clock.advance(by: .seconds(2))
            let login = try await visitor.login(name)
            #expect(login.status == (name == "ann" ? .ok : .unauthorized))
        }
    }

    @Test func `a changed password ends the other sessions`() async throws {
        try await TestAPI().withRouter { visitor in
            let session = try await visitor.register()
            let other = try await visitor.login()
            let ann = visitor.with(session)
            let path = "/api/users/password"
            let wrong = try await ann.send(
                .put, path, #"{"current_password": "wrong horse", "new_password": "battery staple"}"#)
            #expect(wrong.refusal == "422 wrong_password")
            #expect(wrong["errors"][0]["field"] == "current_password")
            let short = try await ann.send(
                .put, path, #"{"current_password": "correct horse", "new_password": "short"}"#)
            #expect(short.refusal == "422 invalid_password")
            #expect(short["errors"][0]["field"] == "new_password")
            let changed = try await ann.send(
                .put, path, #"{"current_password": "correct horse", "new_password": "battery staple"}"#)
            #expect(changed.status == .noContent)
            #expect(try await ann.get("/api/auth/me").status == .ok)
            #expect(try await visitor.with(other).get("/api/auth/me").refusal == "401 token_revoked")
            #expect(try await visitor.login().refusal == "401 invalid_credentials")
            #expect(try await visitor.login("ann", "battery staple").status == .ok)
        }
    }

    @Test func `an admin gives a user another role, which takes effect at once`() async throws {
        try await TestAPI().withRouter { visitor in
            let session = try await visitor.register()
            let admin = try await visitor.signedIn(as: .admin)
            let path = "/api/users/\(session["user"]["id"].string)/role"
            let refused = try await visitor.with(session).send(.put, path, #"{"role": "admin"}"#)
            #expect(refused.refusal == "403 forbidden")
            let changed = try await admin.send(.put, path, #"{"role": "staff"}"#)
            #expect(changed.status == .ok)
            #expect(changed["role"] == "staff")
            #expect(changed.json.keys == session["user"].keys)
            #expect(try await visitor.with(session).get("/api/auth/me").refusal == "401 token_revoked")
            #expect(try await visitor.login()["user"]["role"] == "staff")

            let unknown = try await admin.send(.put, path, #"{"role": "king"}"#)
            #expect(unknown.refusal == "422 invalid_role")
            #expect(unknown["errors"][0]["field"] == "role")
            for id in ["\(UniqueID(high: 1, low: 2))", "nobody"] {
                let answer = try await admin.send(.put, "/api/users/\(id)/role", #"{"role": "staff"}"#)
                #expect(answer.refusal == "404 user_not_found")
            }
            let own = try await admin.send(.put, "/api/users/\(admin.id)/role", #"{"role": "staff"}"#)
            #expect(own.refusal == "409 own_role")
        }
    }

    @Test func `a body that is none is refused`() async throws {
        try await TestAPI().withRouter { visitor in
            for path in ["refresh", "request-otp", "verify-otp"] {
                #expect(try await visitor.post("/api/auth/\(path)", "{}").refusal == "400 invalid_body")
            }
            let number = try await visitor.post("/api/auth/refresh", #"{"refresh_token": 1}"#)
            #expect(number["errors"][0]["field"] == "refresh_token")
            let address = try await visitor.post("/api/auth/request-otp", #"{"email": "nobody"}"#)
            #expect(address.refusal == "422 invalid_email")
        }
    }
}

extension Caller {
    fileprivate func register() async throws -> Answer {
        try await post(
            "/api/users/register",
            #"{"email": "ann@usher.example", "password": "correct horse", "name": "Ann"}"#)
    }

    fileprivate func login(_ name: String = "ann", _ password: String = "correct horse") async throws -> Answer {
        try await post("/api/users/login", #"{"email": "\#(name)@usher.example", "password": "\#(password)"}"#)
    }

    fileprivate func refresh(_ session: Answer) async throws -> Answer {
        try await post("/api/auth/refresh", #"{"refresh_token": "\#(session["refresh_token"].string)"}"#)
    }

    fileprivate func verify(_ code: String, email: String = "ann@usher.example") async throws -> Answer {
        try await post("/api/auth/verify-otp", #"{"email": "\#(email)", "code": "\#(code)"}"#)
    }

    /// The same, signed in.
    fileprivate func with(_ session: Answer) -> Caller {
        var caller = self
        caller.token = session["token"].string
        return caller
    }
}
