import Crypto
import Foundation

/// Tokens that somebody made who knows the secret, or does not.
enum ForgedToken {
    static let secret = "the tests' secret, not for any other use"
    /// The server's name for the secret.
    private static let key = SHA256.hash(data: Data("usher:\(secret)".utf8)).prefix(8)
        .map { String(format: "%02x", $0) }.joined()
    private static let user = "01930000-0000-7000-8000-000000000000"

    /// One in which nothing is wrong, so that each of the others has just the fault that it is named after.
    static let sound = token()
    /// No signature at all.
    static let unsigned = token(header: #"{"alg":"none","typ":"JWT","kid":"\#(key)"}"#, signature: { _ in "" })
    /// The secret taken for a public key.
    static let confused = token(header: #"{"alg":"RS256","typ":"JWT","kid":"\#(key)"}"#)
    static let unknownKey = token(header: #"{"alg":"HS256","typ":"JWT","kid":"usher-99"}"#)
    static let pathKey = token(header: #"{"alg":"HS256","typ":"JWT","kid":"../../../../dev/null"}"#)
    static let otherSecret = token(signature: { sign($0, with: "another secret, as long as the right one is") })
    static let expired = token(lifetime: -60)
    static let early = token(notBefore: 3_600)
    static let otherAudience = token(audience: "another-service")
    static let long = token(email: String(repeating: "x", count: 6_000))

    private static func token(
        header: String = #"{"alg":"HS256","typ":"JWT","kid":"\#(key)"}"#, audience: String = "usher",
        email: String = "a@usher.example", lifetime: TimeInterval = 3_600, notBefore: TimeInterval = 0,
        signature: (String) -> String = { sign($0, with: secret) }
    ) -> String {
        let now = Date().timeIntervalSince1970
        let claims = """
            {"iss":"usher","aud":"\(audience)","sub":"\(user)","role":"admin","email":"\(email)","iat":\(Int(now)),\
            "nbf":\(Int(now + notBefore)),\
            "exp":\(Int(now + lifetime)),"jti":"\(user)"}
            """
        let text = "\(base64URL(Data(header.utf8))).\(base64URL(Data(claims.utf8)))"
        return "\(text).\(signature(text))"
    }

    private static func sign(_ text: String, with secret: String) -> String {
        base64URL(
            Data(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: SymmetricKey(data: Data(secret.utf8)))))
    }

    private static func base64URL(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
