import Accounts
import HTTPTypes
import Simulation
import Testing

@testable import HTTPAPI

@Suite("Access", .timeLimit(.minutes(1)))
struct AccessTests {
    @Test func `each route lets in whom the table says, and refuses the others`() async throws {
        let api = try await TestAPI()
        try await api.withRouter { visitor in
            var table = [Row.heading]
            for route in api.http.routes.sorted(by: { ($0.path, "\($0.method)") < ($1.path, "\($1.method)") }) {
                let row = try await Row(route, tried: World(visitor: visitor, accounts: api.accounts))
                table.append(row.text)
            }
            let expected = accessTable.split(separator: "\n").map(String.init)
            for row in table where !expected.contains(row) { Issue.record("not in the table: \(row)") }
            for row in expected where !table.contains(row) { Issue.record("not so any more: \(row)") }
        }
    }
}

/// What the API answers to each kind of caller on one route.
private struct Row {
    static let heading = "\("route".padded(to: 48))visitor  stranger         owner            organizer        declared"
    private static let roles: [Role] = [.customer, .organizer, .staff, .admin]

    let text: String

    init(_ route: RouteSummary, tried world: World) async throws {
        var groups = [try await world.answer(to: route, from: nil).padded(to: 7)]
        for part in World.Part.allCases {
            var answers: [String] = []
            for role in Self.roles {
                answers.append(try await world.answer(to: route, from: (part, role)).padded(to: 3))
            }
            groups.append(answers.joined(separator: " "))
        }
        groups.append(route.callers.joined(separator: ", "))
        text = "\(route.method) \(route.path)".padded(to: 48) + groups.joined(separator: "  ")
    }
}

/// An event, a hold and a booking for each try, since some routes end them.
private struct World {
    enum Part: CaseIterable {
        case stranger, owner, organizer
    }

    let visitor: Caller
    let accounts: Accounts

    func answer(to route: RouteSummary, from caller: (part: Part, role: Role)?) async throws -> String {
        let organizer = try await user(.organizer)
        let owner = try await user(.customer)
        let created = try await organizer.post("/api/events", Caller.event)
        let event = try #require(created.headers[.location], "\(created.text)")
        let hold = try await owner.hold("A-1-1", on: event)
        let booking = try await owner.book(owner.hold("A-1-2", on: event))
        _ = try await visitor.get(booking["links"]["stream"].string)
        let block = try await organizer.post("\(event)/blocks", #"{"seats": ["A-2-1"]}"#)

        let names = [
            "id": route.path.hasPrefix("/api/booking") ? booking["booking_id"].string : created["id"].string,
            "hold_id": hold, "unit": "A-1-2", "block_id": block["block_id"].string, "user_id": "\(owner.id)",
        ]
        let path = try route.path.replacing(#/\{(\w+)\}/#) { parameter in
            try #require(names[String(parameter.1)], "what does \(parameter.0) of \(route.path) name?")
        }
        // An event's stream does not end; one of a section that is not there does not begin.
        let query = route.path == "/api/events/{id}/stream" ? "?section=NONE" : ""
        let user =
            switch caller?.part {
            case nil: visitor
            case .stranger: try await self.user(.customer)
            case .owner: owner
            case .organizer: organizer
            }
        let sender = if let caller { try await user.having(caller.role) } else { user }
        let hasBody = [.post, .put, .patch].contains(route.method)
        let answer = try await sender.send(route.method, path + query, hasBody ? "{}" : nil)
        return switch answer.status {
        case .unauthorized, .forbidden, .notFound: "\(answer.status.code)"
        default: "in"
        }
    }

    private func user(_ role: Role) async throws -> Caller {
        var caller = visitor
        let email = "\(try await visitor.signedIn().id)@usher.example"
        caller.id = try await accounts.register(email: email, password: "correct horse", name: "Ann").id
        return try await caller.having(role)
    }
}

extension Caller {
    /// The same user with another role.
    fileprivate func having(_ role: Role) async throws -> Caller {
        var caller = self
        caller.token = tokens.issue(userID: id, email: "\(id)@usher.example", role: role).text
        return caller
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
