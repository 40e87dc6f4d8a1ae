import Crypto
import Foundation
import TextFormats

/// A refresh token: 256 random bits, of which only their hash is kept.
///
/// A plain hash will do, since so many bits cannot be guessed from it.
struct RefreshToken {
    /// What the client keeps: base64url, 43 characters.
    let text: String
    /// The text's SHA-256.
    let hash: [UInt8]

    /// Makes a new one.
    static func random() -> Self {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        return Self(unchecked: Base64URL.text(of: bytes))
    }

    /// One that a client has sent; nil when it has not the length of one.
    init?(_ text: String) {
        guard text.utf8.count == 43 else { return nil }
        self.init(unchecked: text)
    }

    private init(unchecked text: String) {
        self.text = text
        hash = Array(SHA256.hash(data: Data(text.utf8)))
    }
}
