import Accounts
import HTTPTypes
import Hummingbird

/// Adds routes to a router, each with who may use it.
struct RouteTable {
    typealias OpenHandler = @Sendable (Request, APIContext) async throws -> Response
    typealias Handler = @Sendable (Request, APIContext, Identity) async throws -> Response

    private static let knownMethods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .patch, .delete, .options]

    private let router: Router<APIContext>
    private let authenticator: Authenticator
    private var methods: [String: Set<HTTPRequest.Method>] = [:]

    init(router: Router<APIContext>, authenticator: Authenticator) {
        self.router = router
        self.authenticator = authenticator
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
