import Foundation

/// The part of a token that is read before its signature is checked.
///
/// The library falls back to a default key when it does not know a token's `kid`, and does not compare `alg` with the
/// key's. So both are looked at here first.
struct TokenHeader: Decodable {
    static let algorithm = "HS256"

    let kid: String
    private let alg: String
    /// Extensions that must be understood (RFC 7515, section 4.1.11); none is.
    private let crit: [String]?

    /// Decodes the text before the first dot; nil when it is no such header.
    init?(ofToken text: String) {
        guard let data = Data(base64URL: text.prefix { $0 != "." }),
            let header = try? JSONDecoder().decode(Self.self, from: data)
        else { return nil }
        self = header
    }

    /// Whether the token says to be signed as ours are.
    var isOurs: Bool {
        alg == Self.algorithm && crit == nil
    }
}

extension Data {
    /// Decodes base64url without padding (RFC 4648, section 5).
    fileprivate init?(base64URL text: Substring) {
        let base64 = String(text).replacing("-", with: "+").replacing("_", with: "/")
        self.init(base64Encoded: base64 + String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4))
    }

    /// Base64url without padding.
    var base64URL: String {
        base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
