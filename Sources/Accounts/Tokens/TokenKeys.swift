import Crypto
import Foundation
import JWTKit
import TextFormats

/// The keys that tokens are checked with: the current one, which signs, and for a while its predecessor.
struct TokenKeys: Sendable {
    private let keys = JWTKeyCollection()
    private let identifiers: Set<String>
    private let signingKey: SymmetricKey
    /// The first part of each token that is signed here.
    private let header: String

    /// - Parameters:
    ///   - secret: Signs, 32 bytes at least.
    ///   - previous: The secret that signed before, until the tokens that it signed have expired.
    /// - Throws: `invalidConfiguration` when one of them is shorter.
    init(secret: String, previous: String?) async throws(AccountsError) {
        let secrets = [secret] + (previous.map { [$0] } ?? [])
        for secret in secrets {
            guard secret.utf8.count >= 32 else { throw .shortSecret(bytes: secret.utf8.count) }
            await keys.add(
                hmac: HMACKey(from: secret), digestAlgorithm: .sha256, kid: JWKIdentifier(string: Self.name(of: secret))
            )
        }
        signingKey = SymmetricKey(data: Data(secret.utf8))
        header = Self.header(kid: Self.name(of: secret))
        identifiers = Set(secrets.map(Self.name(of:)))
    }

    /// The `kid` of a secret's tokens: the first 16 hexadecimal digits of the SHA-256 of `usher:` and the secret.
    static func name(of secret: String) -> String {
        SHA256.hash(data: Data("usher:\(secret)".utf8)).prefix(8).map { String(format: "%02x", $0) }.joined()
    }

    private static func header(kid: String) -> String {
        var json = JSONWriter()
        json.object { json in
            json.member("alg", TokenHeader.algorithm)
            json.member("kid", kid)
            json.member("typ", "JWT")
        }
        return Base64URL.text(of: json.bytes)
    }

    /// The signed token (RFC 7515, section 3.1). By hand: each accepted booking has a ticket in its answer, and the library
    /// takes a twentieth of the booking's processor time for one.
    func sign(_ claims: TokenClaims) -> String {
        let signed = "\(header).\(Base64URL.text(of: claims.json))"
        let signature = HMAC<SHA256>.authenticationCode(for: Data(signed.utf8), using: signingKey)
        return "\(signed).\(Base64URL.text(of: signature))"
    }

    /// The claims of a token with a good header and signature.
    ///
    /// - Throws: `invalidToken`.
    func claims(of text: String) async throws(AccountsError) -> TokenClaims {
        guard let header = TokenHeader(ofToken: text), header.isOurs, identifiers.contains(header.kid) else {
            throw .invalidToken()
        }
        do {
            return try await keys.verify(text, as: TokenClaims.self)
        } catch {
            throw .invalidToken(cause: error)
        }
    }
}

extension AccountsError {
    fileprivate static func shortSecret(bytes: Int) -> Self {
        Self(
            .invalidConfiguration,
            "A secret that signs tokens has \(bytes) bytes; it needs 32 at least. Make one with: openssl rand -base64 48"
        )
    }
}
