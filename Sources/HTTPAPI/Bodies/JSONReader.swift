import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Reads request bodies, and says of those that it cannot read what is wrong where.
struct JSONReader: Sendable {
    let maxBytes: Int

    private static let decoder = JSONDecoder()

    func read<Body: Decodable>(_ type: Body.Type, from request: Request) async throws -> Body {
        try checkContentType(of: request)
        let bytes = try await request.body.collect(upTo: maxBytes)
        guard bytes.readableBytes > 0 else { throw Problem.invalidBody("The body is empty; it must be a JSON object.") }
        try bytes.withUnsafeReadableBytes { bytes in
            do throws(JSONCheck.Fault) {
                try JSONCheck.check(bytes)
            } catch {
                throw Problem.invalidBody("The body \(error.text).")
            }
        }
        do {
            return try Self.decoder.decode(type, from: Data(bytes.readableBytesView))
        } catch let error as FieldError {
            throw Problem.invalidBody(error)
        } catch let error as DecodingError {
            throw Problem(error)
        }
    }

    /// A body without a type is taken for JSON.
    private func checkContentType(of request: Request) throws {
        guard let value = request.headers[.contentType], value != "application/json" else { return }
        let type = value.prefix { $0 != ";" }.trimmingCharacters(in: .whitespaces).lowercased()
        guard type == "application/json" || type.hasPrefix("application/") && type.hasSuffix("+json") else {
            throw Problem(
                .unsupportedMediaType, "unsupported_media_type",
                "The body must be JSON, sent with `Content-Type: application/json`.")
        }
    }
}

extension Problem {
    fileprivate init(_ error: DecodingError) {
        switch error {
        case .keyNotFound(let key, let context):
            self = .invalidBody(FieldError(context.codingPath + [key], "is required"))
        case .typeMismatch(let type, let context):
            self = .invalidBody(at: context.codingPath, "must be \(wanted(type))")
        case .valueNotFound(let type, let context):
            self = .invalidBody(at: context.codingPath, "must be \(wanted(type)), not null")
        default:
            self = .invalidBody("The body is not valid JSON in UTF-8.")
        }
    }

    private static func invalidBody(at path: [any CodingKey], _ requirement: String) -> Problem {
        path.isEmpty ? .invalidBody("The body \(requirement).") : .invalidBody(FieldError(path, requirement))
    }
}

extension FieldError {
    /// Names a field by its path, as in `sections[1].rows`.
    init(_ path: [any CodingKey], _ requirement: String) {
        let text = path.reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        self.init(field: text, message: requirement)
    }
}

private func wanted(_ type: any Any.Type) -> String {
    switch type {
    case is String.Type: "a string"
    case is any BinaryInteger.Type: "an integer"
    case is Bool.Type: "true or false"
    case is [Any].Type: "a list"
    default: "an object"
    }
}
