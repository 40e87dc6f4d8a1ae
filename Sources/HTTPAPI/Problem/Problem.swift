import Booking
import HTTPTypes
import Hummingbird
import Inventory

/// A refusal as clients see it: problem details (RFC 9457) with a stable `code` and the facts to act on.
struct Problem: Error, Sendable {
    /// The status line's code.
    let status: HTTPResponse.Status
    /// The snake_case word that clients branch on.
    let code: String
    /// What happened, to which thing, and what to do.
    let detail: String
    /// Header fields that belong to the status, such as `Retry-After`.
    var headers: HTTPFields = [:]
    /// The parts of the request that are at fault.
    var fields: [FieldError] = []
    /// The booking engine's refusal, whose facts the body tells.
    var refusal: BookingError?
    /// What lies beneath; for the log alone.
    var cause: (any Error)?

    init(_ status: HTTPResponse.Status, _ code: String, _ detail: String) {
        self.status = status
        self.code = code
        self.detail = detail
    }
}

/// A part of a request that is at fault, and what is wanted of it.
struct FieldError: Error, Hashable, Encodable {
    /// What a client is told who wrote a time otherwise.
    static let timeRequirement = "must be a time such as 2027-03-01T19:30:00Z (RFC 3339)"

    /// The path into the body, such as `sections[1].rows`; or a query parameter's name.
    let field: String
    /// What must hold, as the end of a sentence that begins with the field.
    let message: String
}

extension Problem {
    static func notFound(_ code: String, _ detail: String) -> Problem {
        Problem(.notFound, code, detail)
    }

    /// The body cannot be read as what the route wants.
    static func invalidBody(_ error: FieldError) -> Problem {
        var problem = Problem(.badRequest, "invalid_body", "`\(error.field)` \(error.message).")
        problem.fields = [error]
        return problem
    }

    static func invalidBody(_ detail: String) -> Problem {
        Problem(.badRequest, "invalid_body", detail)
    }

    static func invalidQuery(_ parameter: String, _ requirement: String) -> Problem {
        var problem = Problem(.badRequest, "invalid_query", "`\(parameter)` \(requirement).")
        problem.fields = [FieldError(field: parameter, message: requirement)]
        return problem
    }

    /// Says how to authenticate (RFC 6750, section 3).
    static func unauthorized(_ code: String, _ detail: String) -> Problem {
        var problem = Problem(.unauthorized, code, detail)
        problem.headers[.wwwAuthenticate] = code == "missing_token" ? "Bearer" : #"Bearer error="invalid_token""#
        return problem
    }

    /// Ends the connection after the answer: the rest of the request is not worth reading.
    var closingConnection: Problem {
        var problem = self
        problem.headers[.connection] = "close"
        return problem
    }

    mutating func retry(after pause: Duration) {
        let (seconds, attoseconds) = pause.components
        headers[.retryAfter] = "\(max(1, seconds + (attoseconds > 0 ? 1 : 0)))"
    }
}
