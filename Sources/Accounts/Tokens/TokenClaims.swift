import Crypto
import Foundation
import Inventory
import JWTKit
import TextFormats

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
    /// The session; tokens of other services have none.
    var sid: String?
    var iss: String
    var aud: String
    var iat: Int64
    var nbf: Int64?
    var exp: Int64
    var jti: String

    /// The session; a token without one is its own, so that it can be ended in the same way. Nil when it is no id.
    var session: UniqueID? {
        guard let sid else { return UniqueID(digestOf: "\(sub) \(jti)") }
        return UniqueID(sid)
    }

    /// What is signed. A claim that there is none of is left out.
    var json: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            for (name, text) in [
                ("sub", sub), ("role", role), ("email", email), ("stream", stream), ("sid", sid), ("iss", iss),
                ("aud", aud), ("jti", jti),
            ] {
                if let text { json.member(name, text) }
            }
            json.member("iat", iat)
            if let nbf { json.member("nbf", nbf) }
            json.member("exp", exp)
        }
        return json.bytes
    }

    func verify(using algorithm: some JWTAlgorithm) throws {
        guard algorithm.name == TokenHeader.algorithm else {
            throw JWTError.generic(identifier: "alg", reason: "tokens are signed with \(TokenHeader.algorithm) only")
        }
    }
}

extension UniqueID {
    /// The first half of a text's SHA-256.
    fileprivate init(digestOf text: String) {
        let bytes = Array(SHA256.hash(data: Data(text.utf8)))
        func half(_ range: Range<Int>) -> UInt64 { bytes[range].reduce(0) { $0 << 8 | UInt64($1) } }
        self.init(high: half(0..<8), low: half(8..<16))
    }
}
