import Foundation
import Inventory
import JWTKit

/// What a token says. Plain values: the checks are made by `Tokens`, which knows the time and the use.
struct TokenClaims: JWTPayload {
    /// What a token may be used for.
    enum Audience: String {
        case api = "usher"
        case stream = "usher:stream"
    }

    static let issuer = "usher"

    var sub: String
    var role: String
    var email: String?
    var stream: String?
    var iss: String
    var aud: String
    var iat: Int64
    var exp: Int64
    var jti: String

    /// Nil when the subject is no id, or the role none that this version knows.
    var identity: Identity? {
        guard let userID = UniqueID(sub), let role = Role(rawValue: role) else { return nil }
        return Identity(userID: userID, email: email ?? "", role: role)
    }

    func verify(using algorithm: some JWTAlgorithm) throws {
        guard algorithm.name == TokenHeader.algorithm else {
            throw JWTError.generic(identifier: "alg", reason: "tokens are signed with \(TokenHeader.algorithm) only")
        }
    }
}

/// The part of a token that is read before its signature is checked.
///
/// The library falls back to its only key when it does not know a token's `kid`, and does not compare `alg` with the
/// key's. So both are looked at here first.
struct TokenHeader: Decodable {
    static let algorithm = "HS256"
    static let keyIdentifier: JWKIdentifier = "usher-1"
    /// Bytes; several times what the longest address needs.
    static let tokenLimit = 4_096

    private let alg: String
    private let kid: String
    /// Extensions that must be understood (RFC 7515, section 4.1.11); none is.
    private let crit: [String]?

    /// Decodes the text before the first dot; nil when it is no such header.
    init?(ofToken text: String) {
        guard let data = Data(base64URL: text.prefix { $0 != "." }),
            let header = try? JSONDecoder().decode(Self.self, from: data)
        else { return nil }
        self = header
    }

    var isOurs: Bool {
        alg == Self.algorithm && kid == Self.keyIdentifier.string && crit == nil
    }
}

extension Data {
    /// Decodes base64url without padding (RFC 4648, section 5).
    fileprivate init?(base64URL text: Substring) {
        let base64 = String(text).replacing("-", with: "+").replacing("_", with: "/")
        self.init(base64Encoded: base64 + String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4))
    }
}
