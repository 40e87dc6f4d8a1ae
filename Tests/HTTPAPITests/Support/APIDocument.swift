import CDocuments
import Foundation
import HTTPTypes
import Testing

/// What `openapi.json` says.
struct APIDocument: Sendable {
    static let shared = APIDocument()

    struct Operation: Sendable {
        let method: HTTPRequest.Method
        /// The pattern, such as `/api/events/{id}`.
        let path: String
        let json: JSONValue
    }

    let json: JSONValue
    let operations: [Operation]

    private init() {
        let data = Data(bytes: usher_openapi_json.bytes, count: usher_openapi_json.size)
        json = (try? JSONValue(data)) ?? .missing
        operations = json["paths"].members.flatMap { path, item in
            item.members.map { method, json in
                Operation(method: HTTPRequest.Method(method.uppercased())!, path: path, json: json)
            }
        }
    }

    /// Every answer that any test gets from a path that there is must be in the document, with its code.
    func expectDocumented(_ answer: Answer, to method: HTTPRequest.Method, _ path: String) {
        guard let operation = operation(method, path) else { return }
        let response = resolve(operation.json["responses"]["\(answer.status.code)"])
        let place = "\(method) \(operation.path) → \(answer.status.code)"
        guard response != .missing else {
            Issue.record("not in openapi.json: \(place)\n\(answer.text.prefix(300))")
            return
        }
        let code = answer.json["code"]
        if code != .missing, answer.status.kind != .successful {
            let codes = response["content"]["application/problem+json"]["examples"]
            #expect(codes[code.string] != .missing, "not in openapi.json: \(place) \(code.string)")
        }
    }

    /// What a reference refers to; anything else is itself.
    func resolve(_ value: JSONValue) -> JSONValue {
        guard case .string(let reference) = value["$ref"] else { return value }
        return reference.dropFirst(2).split(separator: "/").reduce(json) { $0[String($1)] }
    }

    private func operation(_ method: HTTPRequest.Method, _ path: String) -> Operation? {
        let parts = path.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)
        return operations.first { operation in
            let pattern = operation.path.split(separator: "/", omittingEmptySubsequences: false)
            return operation.method == method && pattern.count == parts.count
                && zip(pattern, parts).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
        }
    }
}
