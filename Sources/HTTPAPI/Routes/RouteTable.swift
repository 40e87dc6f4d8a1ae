import Accounts
import Audit
import HTTPTypes
import Hummingbird
import Inventory

/// A route, as the documentation lists it.
struct RouteSummary: Hashable, Sendable {
    let method: HTTPRequest.Method
    /// The pattern, such as `/api/events/{id}`.
    let path: String
    /// Who may use it; see `Access`.
    let callers: [String]
}

extension RouteTable {
    /// Whether a route's requests are counted, and as what.
    enum Lane: Sendable {
        case counted(RateLimitLane), uncounted
    }
}

/// Adds routes to a router, each with who may use it.
struct RouteTable {
    private static let knownMethods: Set<HTTPRequest.Method> = [
        .get, .head, .post, .put, .patch, .delete, .options, .trace, .query,
    ]

    /// What was added, in this order.
    private(set) var routes: [RouteSummary] = []

    let router: Router<APIContext>
    private let idempotentRequests: IdempotentRequests
    /// Nil when nobody is limited.
    private let limiter: RateLimiter?

    init(router: Router<APIContext>, idempotentRequests: IdempotentRequests, limiter: RateLimiter?) {
        self.router = router
        self.idempotentRequests = idempotentRequests
        self.limiter = limiter
    }

    /// Adds a route that strangers may use.
    ///
    /// - Parameter lane: As what its requests are counted; by default as reads, or as tries to log in when they are no
    ///   reads.
    mutating func on(
        _ method: HTTPRequest.Method, _ path: RouterPath, for access: Access<Void>, as lane: Lane? = nil,
        use handler: @escaping @Sendable (Request, APIContext, Void) async throws -> Response
    ) {
        add(
            method, path, access, lane ?? (method.isSafe ? .counted(.reads) : .counted(.login)), user: { _ in nil },
            handler)
    }

    /// Adds a route for users, who are the authors of what it changes.
    ///
    /// - Parameter lane: As what its requests are counted; by default as reads, or as sales when they are no reads.
    mutating func on<Grant: Identified>(
        _ method: HTTPRequest.Method, _ path: RouterPath, for access: Access<Grant>, as lane: Lane? = nil,
        use handler: @escaping @Sendable (Request, APIContext, Grant) async throws -> Response
    ) {
        add(
            method, path, access, lane ?? (method.isSafe ? .counted(.reads) : .counted(.sales)),
            user: { $0.identity.userID }
        ) { request, context, grant in
            if method.isSafe { return try await handler(request, context, grant) }
            let author = Author(user: grant.identity.userID, requestID: context.requestID)
            return try await Author.$current.withValue(author) { try await handler(request, context, grant) }
        }
    }

    private mutating func add<Grant>(
        _ method: HTTPRequest.Method, _ path: RouterPath, _ access: Access<Grant>, _ lane: Lane,
        user: @escaping @Sendable (Grant) -> UniqueID?,
        _ handler: @escaping @Sendable (Request, APIContext, Grant) async throws -> Response
    ) {
        routes.append(RouteSummary(method: method, path: path.description, callers: access.callers))
        let metrics = RouteMetrics(method, path.description)
        router.on(path, method: method) { [limiter] request, context in
            try await metrics.measure {
                guard let limiter, case .counted(let lane) = lane else {
                    return try await handler(request, context, access.admit(request, context))
                }
                var use = try limiter.admit(context.client, to: lane)
                do {
                    let grant = try await access.admit(request, context)
                    if let user = user(grant) { try limiter.admit(user, to: &use) }
                    var response = try await handler(request, context, grant)
                    use.describe(in: &response.headers)
                    return response
                } catch {
                    var problem = Problem(error)
                    use.describe(in: &problem.headers)
                    throw problem
                }
            }
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

    /// Answers 405 where a path exists and the method does not, and says to OPTIONS which do. To be called last.
    func refuseOtherMethods() {
        for (path, routes) in Dictionary(grouping: routes, by: \.path) {
            let methods = Set(routes.map(\.method)).union([.options])
            let allowed = methods.contains(.get) ? methods.union([.head]) : methods
            let allow = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            router.on(RouterPath(path), method: .options) { _, _ in
                Response(status: .noContent, headers: [.allow: allow])
            }
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

extension HTTPRequest.Method {
    fileprivate var isSafe: Bool { self == .get || self == .head }
}
