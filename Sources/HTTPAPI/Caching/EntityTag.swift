import Crypto
import HTTPTypes
import Hummingbird
import NIOCore

/// An entity tag (RFC 9110, section 8.8.3): other bytes have another one.
///
/// That of an event begins with the event's version and a full stop, so that `If-Match` can ask for the version alone: the
/// counts in the body change with each hold, and are no concern of an organizer's change.
struct EntityTag: Hashable {
    /// With the quotation marks around it.
    let text: String

    init(of body: ByteBuffer, version: Int64? = nil) {
        let digest = SHA256.hash(data: body.readableBytesView).prefix(12)
        let hexadecimal = digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        text = "\"\(version.map { "\($0)." } ?? "")\(hexadecimal)\""
    }
}

extension Request {
    /// Whether the client has a body already (RFC 9110, section 13.1.2).
    func has(_ tag: EntityTag) -> Bool {
        guard let field = headers[.ifNoneMatch] else { return false }
        return Self.tags(field).contains { $0 == "*" || $0 == tag.text || $0 == "W/\(tag.text)" }
    }

    /// The event's versions that a change is meant for; nil for any. None of a tag that is no event's.
    var ifMatchVersions: Set<Int64>? {
        guard let field = headers[.ifMatch] else { return nil }
        let tags = Self.tags(field)
        if tags.contains("*") { return nil }
        return Set(
            tags.compactMap { tag in
                let text = tag.dropFirst(tag.hasPrefix("W/") ? 2 : 0)
                guard text.count >= 2, text.first == "\"", text.last == "\"" else { return nil }
                return Int64(text.dropFirst().dropLast().prefix { $0 != "." })
            })
    }

    private static func tags(_ field: String) -> [String] {
        field.split(separator: ",").map { $0.trimming(while: \.isWhitespace) }
    }
}

extension Substring {
    fileprivate func trimming(while isMeant: (Character) -> Bool) -> String {
        var rest = drop(while: isMeant)
        while let last = rest.last, isMeant(last) { rest.removeLast() }
        return String(rest)
    }
}

extension Response {
    /// What may be kept for a moment by everybody and is then asked for again.
    private static let publicForAMoment = "public, max-age=1, stale-while-revalidate=5"

    /// An answer to a public question, with its tag; without its body when the client has it already.
    static func cacheable(
        bytes: ByteBuffer, for request: Request, version: Int64? = nil
    ) -> Response {
        let tag = EntityTag(of: bytes, version: version)
        let headers: HTTPFields = [.eTag: tag.text, .cacheControl: publicForAMoment]
        guard !request.has(tag) else { return Response(status: .notModified, headers: headers) }
        return .json(bytes: bytes, headers: headers)
    }
}
