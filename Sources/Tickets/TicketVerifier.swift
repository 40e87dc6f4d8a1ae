internal import Crypto
internal import Foundation
internal import TextFormats

/// Checks tickets with nothing but the public key: at a door, without a network.
///
/// It tells that a ticket was issued. It does not know whether the booking was cancelled since, nor whether somebody
/// has come in with the same ticket already.
public struct TicketVerifier: Sendable {
    private let key: Curve25519.Signing.PublicKey

    /// Takes a signer's ``TicketSigner/publicKey``.
    ///
    /// - Throws: `invalidKey` when it has not 32 bytes.
    public init(publicKey: [UInt8]) throws(TicketError) {
        do {
            key = try Curve25519.Signing.PublicKey(rawRepresentation: Data(publicKey))
        } catch {
            throw TicketError(.invalidKey, "The ticket key is no public key of Ed25519, 32 bytes", cause: error)
        }
    }

    /// The ticket of a token that the signer made.
    ///
    /// - Throws: `malformed`, `unknownVersion` or `forged`.
    public func verify(_ token: String) throws(TicketError) -> Ticket {
        guard let bytes = Base64URL.bytes(of: token),
            bytes.count == TicketFormat.signedBytes + TicketFormat.signatureBytes
        else { throw TicketError(.malformed, "The text is no ticket; scan it again") }
        let signed = bytes.prefix(TicketFormat.signedBytes)
        let ticket = try Ticket(signedBytes: signed)
        guard key.isValidSignature(Data(bytes.dropFirst(signed.count)), for: Data(signed)) else {
            throw TicketError(.forged, "The ticket is a forgery, or of somebody else")
        }
        return ticket
    }
}
