import HTTPTypes
import Hummingbird

/// A route, as the documentation lists it.
struct RouteSummary: Hashable, Sendable {
    let method: HTTPRequest.Method
    /// The pattern, such as `/api/events/{id}`.
    let path: String
    /// Who may use it; see `Access`.
    let callers: [String]
}

/// Adds routes to a router, each with who may use it.
struct RouteTable {
    private static let knownMethods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]

    /// What was added, in this order.
    private(set) var routes: [RouteSummary] = []

    let router: Router<APIContext>
    private let idempotentRequests: IdempotentRequests

    init(router: Router<APIContext>, idempotentRequests: IdempotentRequests) {
        self.router = router
        self.idempotentRequests = idempotentRequests
    }

    /// Adds a route.
    mutating func on<Grant>(
        _ method: HTTPRequest.Method, _ path: RouterPath, for access: Access<Grant>,
        use handler: @escaping @Sendable (Request, APIContext, Grant) async throws -> Response
    ) {
        routes.append(RouteSummary(method: method, path: path.description, callers: access.callers))
        let metrics = RouteMetrics(method, path.description)
        router.on(path, method: method) { request, context in
            try await metrics.measure { try await handler(request, context, access.admit(request, context)) }
        }
    }

    /// Adds a route that does its work once for each `Idempotency-Key`. Without a key there is no planned id.
    mutating func once<Grant: Identified>(
        _ method: HTTPRequest.Method, _ path: RouterPath, for access: Access<Grant>,
        use handler: @escaping @Sendable (Request, APIContext, Grant, PlannedID?) async throws -> BufferedResponse
    ) {
        on(method, path, for: access) { [idempotentRequests] request, context, grant in
            try await idempotentRequests.answer(request, context, for: grant.identity) { request, planned in
                try await handler(request, context, grant, planned)
            }
        }
    }

    /// Answers 405 where a path exists and the method does not. To be called last.
    func refuseOtherMethods() {
        for (path, routes) in Dictionary(grouping: routes, by: \.path) {
            let methods = Set(routes.map(\.method))
            let allowed = methods.contains(.get) ? methods.union([.head]) : methods
            let allow = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            for method in Self.knownMethods.subtracting(allowed) {
                let metrics = RouteMetrics(method, path)
                router.on(RouterPath(path), method: method) { _, _ -> Response in
                    var problem = Problem(.methodNotAllowed, "method_not_allowed", "This path takes only \(allow).")
                    problem.headers[.allow] = allow
                    return try await metrics.measure { throw problem }
                }
            }
        }
    }
}
