import Accounts
import HTTPTypes
import Hummingbird

/// Adds routes to a router, each with who may use it.
struct RouteTable {
    typealias OpenHandler = @Sendable (Request, APIContext) async throws -> Response
    typealias Handler = @Sendable (Request, APIContext, Identity) async throws -> Response
    typealias OnceHandler = @Sendable (Request, APIContext, Identity, PlannedID?) async throws -> BufferedResponse

    private static let knownMethods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]

    private let router: Router<APIContext>
    private let authenticator: Authenticator
    private let idempotentRequests: IdempotentRequests
    private var methods: [String: Set<HTTPRequest.Method>] = [:]

    init(router: Router<APIContext>, authenticator: Authenticator, idempotentRequests: IdempotentRequests) {
        self.router = router
        self.authenticator = authenticator
        self.idempotentRequests = idempotentRequests
    }

    /// Adds a route for everybody, signed in or not.
    mutating func open(_ method: HTTPRequest.Method, _ path: RouterPath, use handler: @escaping OpenHandler) {
        methods[path.description, default: []].insert(method)
        router.on(path, method: method, use: handler)
    }

    /// Adds a route for users with one of these roles.
    mutating func on(
        _ method: HTTPRequest.Method, _ path: RouterPath, for roles: Set<Role> = Set(Role.allCases),
        use handler: @escaping Handler
    ) {
        open(method, path) { [authenticator] request, context in
            let identity = try await authenticator.identity(of: request)
            guard roles.contains(identity.role) else {
                throw Problem(.forbidden, "forbidden", "Your role, \(identity.role.rawValue), may not do this.")
            }
            return try await handler(request, context, identity)
        }
    }

    /// Adds a route that does its work once for each `Idempotency-Key`. Without a key there is no planned id.
    mutating func once(
        _ method: HTTPRequest.Method, _ path: RouterPath, for roles: Set<Role> = Set(Role.allCases),
        use handler: @escaping OnceHandler
    ) {
        on(method, path, for: roles) { [idempotentRequests] request, context, identity in
            try await idempotentRequests.answer(request, context, for: identity) { request, planned in
                try await handler(request, context, identity, planned)
            }
        }
    }

    /// Answers 405 where a path exists and the method does not. To be called last.
    func refuseOtherMethods() {
        for (path, methods) in methods {
            let allowed = methods.contains(.get) ? methods.union([.head]) : methods
            let allow = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            for method in Self.knownMethods.subtracting(allowed) {
                router.on(RouterPath(path), method: method) { _, _ -> Response in
                    var problem = Problem(.methodNotAllowed, "method_not_allowed", "This path takes only \(allow).")
                    problem.headers[.allow] = allow
                    throw problem
                }
            }
        }
    }
}
