import Inventory
import Testing
import TextFormats

@testable import Tickets

@Suite("A ticket")
struct TicketTests {
    private static let secret = "the tests' secret, not for any other use"

    private let ticket = Ticket(
        booking: BookingID(
            offering: UniqueID(high: 0x0192_f5e0_0000_7000, low: 0x8000_0000_0000_0001),
            own: UniqueID(high: 0x0192_f5e0_0000_7000, low: 0x8000_0000_0000_00aa)),
        place: 258)
    private let signer: TicketSigner
    private let verifier: TicketVerifier

    init() throws {
        signer = try TicketSigner(secret: Self.secret)
        verifier = try TicketVerifier(publicKey: signer.publicKey)
    }

    private func refusal(of token: String) -> TicketError.Code? {
        #expect(throws: TicketError.self) { try verifier.verify(token) }?.code
    }

    @Test("is what its token says, to whoever has the public key")
    func roundTrip() throws {
        for place: UInt16 in [0, 1, 258, .max] {
            let ticket = Ticket(booking: ticket.booking, place: place)
            #expect(try verifier.verify(signer.token(for: ticket)) == ticket)
        }
    }

    @Test("has a token of 132 characters that a URL may hold, the same each time")
    func token() throws {
        let token = try signer.token(for: ticket)
        #expect(token.utf8.count == 132)
        #expect(token.wholeMatch(of: /[A-Za-z0-9_-]+/) != nil)
        #expect(try TicketSigner(secret: Self.secret).token(for: ticket) == token)
        #expect(token.hasPrefix("AQGS9eAAAHAAgAAAAAAAAAEBkvXgAABwAIAAAAAAAACqAQ"), "version, ids and place, big-endian")
    }

    @Test("cannot be changed: each altered bit is noticed")
    func alteration() throws {
        let bytes = try #require(Base64URL.bytes(of: signer.token(for: ticket)))
        for index in bytes.indices {
            for bit in 0..<8 {
                var altered = bytes
                altered[index] ^= 1 << bit
                #expect(refusal(of: Base64URL.text(of: altered)) == (index == 0 ? .unknownVersion : .forged))
            }
        }
    }

    @Test("of another secret is a forgery")
    func otherSecret() throws {
        let other = try TicketSigner(secret: Self.secret + "!")
        #expect(refusal(of: try other.token(for: ticket)) == .forged)
    }

    @Test("has one text: cut, padded, lengthened or otherwise written it is none")
    func malformed() throws {
        let token = try signer.token(for: ticket)
        for text in ["", "A", token + "=", token + "AAAA", String(token.dropLast(4)), token + "\n", " " + token, "ä"] {
            #expect(refusal(of: text) == .malformed, "\(text)")
        }
        for (from, to) in [("-", "+"), ("_", "/")] where token.contains(from) {
            #expect(refusal(of: token.replacing(from, with: to)) == .malformed)
        }
    }

    @Test("cannot be checked with a key that is none", arguments: [0, 31, 33, 64])
    func invalidKey(_ size: Int) {
        let error = #expect(throws: TicketError.self) {
            try TicketVerifier(publicKey: [UInt8](repeating: 1, count: size))
        }
        #expect(error?.code == .invalidKey)
    }

    @Test("is checked with a key that is written as RFC 8410, section 10.1, shows it")
    func publicKeyText() {
        let key: [UInt8] = [
            0x19, 0xbf, 0x44, 0x09, 0x69, 0x84, 0xcd, 0xfe, 0x85, 0x41, 0xba, 0xc1, 0x67, 0xdc, 0x3b, 0x96,
            0xc8, 0x50, 0x86, 0xaa, 0x30, 0xb6, 0xb6, 0xcb, 0x0c, 0x5c, 0x38, 0xad, 0x70, 0x31, 0x66, 0xe1,
        ]
        #expect(
            TicketSigner.pem(key) == """
                -----BEGIN PUBLIC KEY-----
                MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
                -----END PUBLIC KEY-----

                """)
    }
}
