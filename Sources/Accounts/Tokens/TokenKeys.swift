import Crypto
import Foundation
import JWTKit

/// The keys that tokens are checked with: the current one, which signs, and for a while its predecessor.
struct TokenKeys: Sendable {
    private let keys = JWTKeyCollection()
    private let current: JWKIdentifier
    private let identifiers: Set<String>

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
        current = JWKIdentifier(string: Self.name(of: secret))
        identifiers = Set(secrets.map(Self.name(of:)))
    }

    /// The `kid` of a secret's tokens: the first 16 hexadecimal digits of the SHA-256 of `usher:` and the secret.
    static func name(of secret: String) -> String {
        SHA256.hash(data: Data("usher:\(secret)".utf8)).prefix(8).map { String(format: "%02x", $0) }.joined()
    }

    /// The signed token.
    func sign(_ claims: TokenClaims) async throws -> String {
        try await keys.sign(claims, kid: current)
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
