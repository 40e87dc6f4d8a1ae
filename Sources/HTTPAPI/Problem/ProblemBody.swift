import Booking
import HTTPTypes
import Hummingbird
import Inventory

/// Problem details as JSON; members that do not apply are left out.
private struct ProblemBody: Encodable {
    let type: String
    let title: String
    let status: Int
    let detail: String
    let code: String
    let requestID: String
    let errors: [FieldError]?
    let unavailable: [UnavailableUnitBody]?
    let heldUntil: String?
    let salesStart: String?
    let expiresAt: String?
    let limit: Int?
    let taken: Int?
    let bookingID: String?
    let checkedInAt: String?
    let checkedInBy: String?
    let gate: String?

    init(_ problem: Problem, requestID: String) {
        type = "/problems/\(problem.code)"
        title = problem.title
        status = problem.status.code
        detail = problem.detail
        code = problem.code
        self.requestID = requestID
        errors = problem.fields.isEmpty ? nil : problem.fields
        let refusal = problem.refusal
        let units = refusal?.unavailable ?? []
        unavailable = units.isEmpty ? nil : units.map(UnavailableUnitBody.init)
        heldUntil = refusal?.heldUntil?.rfc3339
        salesStart = refusal?.salesStart?.rfc3339
        expiresAt = refusal?.expiresAt?.rfc3339
        limit = refusal?.limit
        taken = refusal?.taken
        bookingID = refusal?.bookingID?.description
        checkedInAt = refusal?.checkIn?.time.rfc3339
        checkedInBy = refusal?.checkIn?.admittedBy.description
        gate = refusal?.checkIn?.gate
    }

    private enum CodingKeys: String, CodingKey {
        case type, title, status, detail, code, requestID = "request_id", errors, unavailable
        case heldUntil = "held_until", salesStart = "sales_start", expiresAt = "expires_at", limit, taken
        case bookingID = "booking_id", checkedInAt = "checked_in_at", checkedInBy = "checked_in_by", gate
    }
}

private struct UnavailableUnitBody: Encodable {
    let unit: String
    let status: String
    let heldUntil: String?
    let available: Int?

    init(_ unit: BookingError.UnavailableUnit) {
        self.unit = unit.unit
        status = unit.status.rawValue
        heldUntil = unit.heldUntil?.rfc3339
        available = unit.available
    }

    private enum CodingKeys: String, CodingKey {
        case unit, status, heldUntil = "held_until", available
    }
}

extension Problem {
    /// The code in words: the same for every problem of a type, as RFC 9457 wants it.
    var title: String {
        let words = code.replacing("_", with: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }

    func response(requestID: String) throws -> Response {
        try .json(
            ProblemBody(self, requestID: requestID), status: status, headers: headers,
            contentType: Self.contentType)
    }

    /// The same, to be kept: without the header fields that only its first reader needs.
    func buffered(requestID: String) throws -> BufferedResponse {
        BufferedResponse(
            status: status, contentType: Self.contentType, body: try ProblemBody(self, requestID: requestID).json)
    }

    static let contentType = "application/problem+json"
}
