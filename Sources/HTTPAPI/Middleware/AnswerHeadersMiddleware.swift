import HTTPTypes
import Hummingbird

/// Completes the headers of each answer, and answers the preflight requests of browsers.
struct AnswerHeadersMiddleware: RouterMiddleware {
    let answerHeaders: AnswerHeaders

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response =
            if let preflight = answerHeaders.preflight(request.head) {
                Response(status: .noContent, headers: preflight)
            } else {
                try await next(request, context)
            }
        answerHeaders.complete(&response.headers, request: request.headers)
        return response
    }
}
