import HTTPTypes
import Testing

@testable import HTTPAPI

@Suite("The API's description", .timeLimit(.minutes(1)))
struct DocumentTests {
    @Test func `it has each route, with who may use it, and no other`() async throws {
        let documented = APIDocument.shared.operations.map { operation in
            RouteSummary(
                method: operation.method, path: operation.path,
                callers: operation.json["x-callers"].items.map(\.string))
        }
        let routes = try await TestAPI(metrics: MetricsPage { "" }).http.routes
        for route in routes where !documented.contains(route) { Issue.record("not in openapi.json: \(route)") }
        for route in documented where !routes.contains(route) { Issue.record("not a route: \(route)") }
    }

    @Test func `each operation has a name of its own, a summary and examples of what it takes and gives`() {
        let operations = APIDocument.shared.operations
        #expect(Set(operations.map { $0.json["operationId"].string }).count == operations.count)
        for operation in operations {
            #expect(!operation.json["summary"].string.isEmpty, "\(operation.path)")
            let bodies = [operation.json["requestBody"]] + operation.json["responses"].members.values
            for body in bodies where operation.path.hasPrefix("/api") {
                let media = body["content"]["application/json"]
                guard media != .missing, operation.path != "/api/payments/webhook" else { continue }
                #expect(!media["examples"].members.isEmpty, "\(operation.method) \(operation.path)")
            }
        }
    }

    @Test func `each reference leads somewhere`() {
        for reference in APIDocument.shared.json.references {
            #expect(APIDocument.shared.resolve(reference) != .missing, "\(reference)")
        }
    }

    @Test func `the page and its parts are served from here, and ask no other host`() async throws {
        try await TestAPI().withRouter { visitor in
            let page = try await visitor.get("/docs")
            #expect(page.status == .ok)
            #expect(page.headers[.contentType] == "text/html; charset=utf-8")
            #expect(
                page.headers[.contentSecurityPolicy] == "default-src 'self'; img-src data:; frame-ancestors 'none'")
            for part in ["/docs/docs.css", "/docs/docs.js", "/openapi.json"] {
                #expect(page.text.contains("\"\(part)\""))
                #expect(try await visitor.get(part).status == .ok)
            }
            #expect(!page.text.contains("http"))
        }
    }
}

extension JSONValue {
    fileprivate var references: [JSONValue] {
        (self["$ref"] == .missing ? [] : [self]) + members.flatMap(\.value.references) + items.flatMap(\.references)
    }
}
