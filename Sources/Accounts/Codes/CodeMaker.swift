import Crypto
import Foundation

/// Makes one-time codes, and the hash that is kept of one.
///
/// A million codes are soon tried out, so the hash needs a key: who reads the table alone learns no code.
struct CodeMaker: Sendable {
    private let key: SymmetricKey

    /// - Parameter secret: The same on all nodes. The key is derived from it, so that it may serve other purposes too.
    init(secret: String) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Data(secret.utf8)), info: Data("usher one-time codes 1".utf8),
            outputByteCount: 32)
    }

    /// Six random digits, each code as likely as the others.
    func digits() -> String {
        var random = SystemRandomNumberGenerator()
        return String(format: "%06d", Int.random(in: 0..<1_000_000, using: &random))
    }

    /// The hash of an address's code.
    func hash(of digits: String, for email: String) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Self.text(digits, email), using: key))
    }

    /// Whether a code gives this hash; takes as long whether it does or not.
    func isCode(_ digits: String, for email: String, hash: [UInt8]) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(hash, authenticating: Self.text(digits, email), using: key)
    }

    /// No address contains a space, so that no two pairs give the same text.
    private static func text(_ digits: String, _ email: String) -> Data {
        Data("\(email) \(digits)".utf8)
    }
}
