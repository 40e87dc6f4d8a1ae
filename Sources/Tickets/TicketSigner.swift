internal import Crypto
internal import Foundation
internal import TextFormats

/// Makes tickets that anybody with the public key can check, without asking anybody.
///
/// Hazard: whoever knows the secret can make tickets for every event, past and to come, and with another secret all
/// tickets that were handed out are void. Those who only check tickets get ``publicKey``, never the secret.
public struct TicketSigner: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    /// Derives the key pair from a secret by HKDF-SHA256 (RFC 5869), so that one secret may serve several purposes.
    ///
    /// - Parameter secret: At least 32 bytes that cannot be guessed. The same secret gives the same key pair.
    /// - Throws: `invalidKey` when the library takes no key.
    public init(secret: String) throws(TicketError) {
        let seed = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: Data(secret.utf8)), info: Data("usher tickets 1".utf8),
            outputByteCount: 32)
        do {
            key = try seed.withUnsafeBytes { try Curve25519.Signing.PrivateKey(rawRepresentation: Data($0)) }
        } catch {
            throw TicketError(.invalidKey, "No ticket key can be made of the secret", cause: error)
        }
    }

    /// What verifiers need: 32 bytes, no secret.
    public var publicKey: [UInt8] { Array(key.publicKey.rawRepresentation) }

    /// The public key as other programs read it: in PEM, with a line break at the end.
    public var publicKeyPEM: String { Self.pem(publicKey) }

    /// RFC 8410, section 4: what comes before the key says that it is one of Ed25519.
    static func pem(_ publicKey: [UInt8]) -> String {
        let prefix: [UInt8] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]
        let body = Data(prefix + publicKey).base64EncodedString()
        return "-----BEGIN PUBLIC KEY-----\n\(body)\n-----END PUBLIC KEY-----\n"
    }

    /// The ticket's token, 132 characters that are safe in a URL. The same ticket has the same token.
    ///
    /// - Throws: `notSigned` when the library fails.
    public func token(for ticket: Ticket) throws(TicketError) -> String {
        let signed = ticket.signedBytes
        do {
            return Base64URL.text(of: signed + Array(try key.signature(for: Data(signed))))
        } catch {
            throw TicketError(.notSigned, "The ticket could not be signed", cause: error)
        }
    }
}
