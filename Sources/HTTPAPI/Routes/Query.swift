import Booking
import Hummingbird
import HummingbirdCore

/// A request's query parameters.
struct Query {
    private let parameters: FlatDictionary<Substring, Substring>

    init(_ request: Request) {
        parameters = request.uri.queryParameters
    }

    subscript(_ name: String) -> String? {
        parameters[name[...]].map(String.init)
    }

    func integer(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = self[name] else { return nil }
        guard let value = Int(text), range.contains(value) else {
            throw Problem.invalidQuery(name, "must be \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func timestamp(_ name: String) throws -> Timestamp? {
        guard let text = self[name] else { return nil }
        guard let timestamp = Timestamp(rfc3339: text) else {
            throw Problem.invalidQuery(name, FieldError.timeRequirement)
        }
        return timestamp
    }
}
