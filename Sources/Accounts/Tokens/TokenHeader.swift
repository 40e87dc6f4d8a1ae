import Foundation
import TextFormats

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
        guard let bytes = Base64URL.bytes(of: text.prefix { $0 != "." }),
            let header = try? JSONDecoder().decode(Self.self, from: Data(bytes))
        else { return nil }
        self = header
    }

    /// Whether the token says to be signed as ours are.
    var isOurs: Bool {
        alg == Self.algorithm && crit == nil
    }
}
