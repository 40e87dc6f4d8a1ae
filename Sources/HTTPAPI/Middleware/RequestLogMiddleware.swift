import Hummingbird
import Logging

/// Logs requests once they are answered: those that failed here or took long, and at level `debug` all. The metrics count
/// them anyway, and in a rush a line for each would cost a tenth of the processor's time.
///
/// The route's pattern stands for the path, and the query stays out: ids and tickets do not belong in a log.
struct RequestLogMiddleware: RouterMiddleware {
    private static let long = Duration.seconds(1)

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let duration = start.duration(to: .now)
        let isRemarkable = response.status.code >= 500 || duration >= Self.long
        context.logger.log(
            level: isRemarkable ? .info : .debug, "Request answered",
            metadata: [
                .method: "\(request.method)", .route: "\(context.endpointPath ?? "none")",
                .status: "\(response.status.code)", .durationMicroseconds: "\(duration / .microseconds(1))",
            ])
        return response
    }
}
