import Booking
import HTTPTypes
import Hummingbird

/// Gives each request its place in a trace (W3C Trace Context), its caller's trace if that is given in a valid way.
///
/// The answer names the place in `traceresponse`, so that a caller without a trace of its own can ask for this one.
/// `traceparent` would say the same, but is defined for requests only.
struct TraceMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let caller = request.headers[.traceparent].flatMap {
            TraceContext(traceparent: $0, tracestate: request.headers[.tracestate])
        }
        let trace = caller?.child() ?? TraceContext()
        var response = try await TraceContext.$current.withValue(trace) { try await next(request, context) }
        response.headers[.traceresponse] = trace.traceparent
        return response
    }
}

extension HTTPField.Name {
    fileprivate static let traceparent = HTTPField.Name("traceparent")!
    fileprivate static let tracestate = HTTPField.Name("tracestate")!
    fileprivate static let traceresponse = HTTPField.Name("traceresponse")!
}
