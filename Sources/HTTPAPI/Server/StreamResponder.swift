import Hummingbird

/// Lets requests for streams be answered by a task that is over when the stream begins.
///
/// A task keeps the memory that its deepest call has needed, and a connection's task lives as long as its stream: the way
/// through middleware and routes would cost each idle stream 15 KB.
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
