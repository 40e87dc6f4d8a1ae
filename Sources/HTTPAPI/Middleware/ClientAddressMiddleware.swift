import Addresses
import Hummingbird
import NIOCore

/// Finds out from which address a request comes.
struct ClientAddressMiddleware: RouterMiddleware {
    let proxies: TrustedProxies

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.client = proxies.client(peer: context.client, headers: request.headers)
        return try await next(request, context)
    }
}
