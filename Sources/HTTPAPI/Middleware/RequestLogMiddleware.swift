import Hummingbird
import Logging

/// Logs each request once it is answered. The route's pattern stands for the path, and the query stays out: ids and
/// tickets do not belong in a log.
struct RequestLogMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let duration = start.duration(to: .now)
        context.logger.info(
            "Request answered",
            metadata: [
                .method: "\(request.method)", .route: "\(context.endpointPath ?? "none")",
                .status: "\(response.status.code)", .durationMicroseconds: "\(duration / .microseconds(1))",
            ])
        return response
    }
}
