import Hummingbird
import Logging

/// Turns whatever a route throws into problem details.
struct ProblemMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            let problem = Problem(error)
            if let cause = problem.cause {
                context.logger.log(
                    level: problem.status == .internalServerError ? .error : .warning, "A request failed",
                    metadata: [.code: "\(problem.code)", .error: "\(cause)"])
            }
            return try problem.response(requestID: context.requestID)
        }
    }
}
