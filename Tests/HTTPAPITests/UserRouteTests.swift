import Accounts
import Booking
import HTTPTypes
import Inventory
import Simulation
import Testing

@Suite("Users", .timeLimit(.minutes(1)))
struct UserRouteTests {
    private let registration = #"{"email": "Ann@Usher.example", "password": "correct horse", "name": "Ann"}"#

    @Test func `a registered user can log in, and see and change her profile`() async throws {
        try await TestAPI().withRouter { visitor in
            let registered = try await visitor.post("/api/users/register", registration)
            #expect(registered.status == .created)
            #expect(registered["user"].keys == ["id", "email", "name", "role", "created_at"])
            #expect(registered["user"]["role"] == "customer")

            let login = try await visitor.post(
                "/api/users/login", #"{"email": "ann@usher.example", "password": "correct horse"}"#)
            #expect(login.status == .ok)
            #expect(login.json.keys == ["user", "token", "expires_at", "refresh_token", "refresh_expires_at"])
            #expect(login.headers[.cacheControl] == "no-store")

            var ann = visitor
            ann.token = login["token"].string
            #expect(try await ann.get("/api/users/profile")["email"] == "ann@usher.example")
            let changed = try await ann.send(.put, "/api/users/profile", #"{"name": "Anna"}"#)
            #expect(changed["name"] == "Anna")
            #expect(changed["email"] == "ann@usher.example")
        }
    }

    @Test func `an address is registered once`() async throws {
        try await TestAPI().withRouter { visitor in
            _ = try await visitor.post("/api/users/register", registration)
            #expect(try await visitor.post("/api/users/register", registration).refusal == "409 email_taken")
        }
    }

    @Test(arguments: [
        (#"{"email": "nobody", "password": "correct horse", "name": "Ann"}"#, "invalid_email", "email"),
        (#"{"email": "a@b.example", "password": "short", "name": "Ann"}"#, "invalid_password", "password"),
        (#"{"email": "a@b.example", "password": "correct horse", "name": ""}"#, "invalid_name", "name"),
    ])
    func `a registration that cannot be is refused with its field`(
        body: String, code: String, field: String
    ) async throws {
        try await TestAPI().withRouter { visitor in
            let answer = try await visitor.post("/api/users/register", body)
            #expect(answer.refusal == "422 \(code)")
            #expect(answer["errors"][0]["field"].string == field)
        }
    }

    @Test func `a wrong password and an unknown address look alike`() async throws {
        try await TestAPI().withRouter { visitor in
            _ = try await visitor.post("/api/users/register", registration)
            let wrong = try await visitor.post(
                "/api/users/login", #"{"email": "ann@usher.example", "password": "wrong horse"}"#)
            let unknown = try await visitor.post(
                "/api/users/login", #"{"email": "bob@usher.example", "password": "wrong horse"}"#)
            #expect(wrong.refusal == "401 invalid_credentials")
            #expect(unknown["detail"] == wrong["detail"])
        }
    }

    @Test func `no token, a bad token and an old token are told apart`() async throws {
        let api = try await TestAPI()
        try await api.withRouter { visitor in
            let missing = try await visitor.get("/api/users/profile")
            #expect(missing.refusal == "401 missing_token")
            #expect(missing.headers[.wwwAuthenticate] == "Bearer")

            var stranger = visitor
            stranger.token = "eyJhbGciOiJub25lIn0.e30."
            let bad = try await stranger.get("/api/users/profile")
            #expect(bad.refusal == "401 invalid_token")
            #expect(bad.headers[.wwwAuthenticate] == #"Bearer error="invalid_token""#)

            let late = try await visitor.signedIn()
            api.clock.advance(by: .seconds(86_401))
            #expect(try await late.get("/api/users/profile").refusal == "401 token_expired")
        }
    }

    @Test func `a token's user may live in another service`() async throws {
        try await TestAPI().withRouter { visitor async throws in
            #expect(try await visitor.signedIn().get("/api/users/profile").refusal == "404 user_not_found")
        }
    }

    @Test func `a user's bookings are listed newest first, page by page, for her and for admins alone`() async throws {
        let api = try await TestAPI()
        try await api.withRouter { visitor in
            let event = try await visitor.createEvent()
            let ann = try await visitor.signedIn()
            var made: [JSONValue] = []
            for seat in ["A-1-1", "A-1-2", "A-1-3"] {
                api.clock.advance(by: .milliseconds(1))
                made.append(try await ann.book(ann.hold(seat, on: event))["booking_id"])
            }
            let path = "/api/users/\(ann.id)/bookings"
            let first = try await ann.get("\(path)?limit=2")
            #expect(first["items"].items.map { $0["booking_id"] } == [made[2], made[1]])
            let second = try await ann.get("\(path)?limit=2&cursor=\(first["next_cursor"].string)")
            #expect(second["items"].items.map { $0["booking_id"] } == [made[0]])
            #expect(second["next_cursor"] == .null)

            #expect(try await visitor.signedIn(as: .admin).get(path)["items"].items.count == 3)
            #expect(try await visitor.signedIn(as: .organizer).get(path).refusal == "404 user_not_found")
            #expect(try await visitor.get(path).refusal == "401 missing_token")
            #expect(try await ann.get("/api/users/me/bookings").refusal == "404 user_not_found")
            #expect(try await ann.get("\(path)?limit=0").refusal == "400 invalid_query")
            #expect(try await ann.get("\(path)?cursor=zebra").refusal == "400 invalid_cursor")
        }
    }

    @Test func `a list that cannot be read is no booking that cannot be written`() async throws {
        try await TestAPI(stores: TestStores(ledger: UnreachableLedger())).withRouter { visitor in
            let ann = try await visitor.signedIn()
            let answer = try await ann.get("/api/users/\(ann.id)/bookings")
            #expect(answer.refusal == "503 ledger_unavailable")
            #expect(answer.json["detail"].string == "Bookings cannot be read right now; try again.")
        }
    }
}
