import Booking
import HTTPTypes
import Hummingbird
import Logging

/// Gives each request an id, its client's own if that is a sane one, and repeats it in the answer.
struct RequestIDMiddleware: RouterMiddleware {
    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestID = RequestID.of(request.headers)
        // Hummingbird's own id would be a second name for the same thing.
        context.logger[metadataKey: "hb.request.id"] = nil
        context.logger[metadataKey: .requestID] = .string(context.requestID)
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        return response
    }
}

enum RequestID {
    /// The id that a request brings, if that is a sane one, or else a new one.
    static func of(_ headers: HTTPFields) -> String {
        if let id = headers[.requestID], id.isSaneID { return id }
        return new()
    }

    /// How many bytes a new one has.
    static let newLength = 16

    static func new() -> String {
        // The highest bit, so that all have the same length.
        String(BufferedRandom().next() | 1 << 63, radix: 16)
    }
}

extension HTTPField.Name {
    /// `X-Request-ID`
    static let requestID = HTTPField.Name("X-Request-ID")!
}

extension String {
    fileprivate var isSaneID: Bool {
        (1...64).contains(utf8.count)
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
