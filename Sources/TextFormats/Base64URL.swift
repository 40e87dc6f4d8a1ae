import Foundation

/// Bytes as text that is safe in URLs: RFC 4648, section 5, without padding.
public enum Base64URL {
    /// Bytes as text.
    public static func text(of bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString(options: [.base64URLAlphabet, .omitPaddingCharacter])
    }

    /// Nil for anything that `text(of:)` does not write, so that no two texts mean the same bytes.
    public static func bytes(of text: some StringProtocol) -> [UInt8]? {
        let text = String(text)
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        let standard = text.replacing("-", with: "+").replacing("_", with: "/") + padding
        guard let bytes = Data(base64Encoded: standard).map(Array.init), self.text(of: bytes) == text else {
            return nil
        }
        return bytes
    }
}
