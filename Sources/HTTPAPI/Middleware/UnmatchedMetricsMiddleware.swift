import HTTPTypes
import Hummingbird

/// Counts the requests that no route is for. The others are counted by their routes.
struct UnmatchedMetricsMiddleware: RouterMiddleware {
    private let metrics = RouteMetrics(HTTPRequest.Method("other") ?? .get, "none")

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        // Hummingbird names what it has no route for by a word; patterns begin with a slash.
        if context.endpointPath?.hasPrefix("/") != true { metrics.record(response.status, since: start) }
        return response
    }
}
