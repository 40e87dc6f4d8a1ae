import Hummingbird

/// Lets requests for streams be answered by a task that is over when the stream begins.
///
/// A task keeps the memory that its deepest call has needed, and the task of a booking's stream, or of any stream over TLS,
/// lives as long as the stream: the way through middleware and routes would cost each 15 KB.
struct StreamResponder<Router: HTTPResponder<APIContext>>: HTTPResponder {
    let router: Router

    func respond(to request: Request, context: APIContext) async throws -> Response {
        guard request.uri.path.hasSuffix("/stream") else {
            return try await router.respond(to: request, context: context)
        }
        async let response = router.respond(to: request, context: context)
        return try await response
    }
}
