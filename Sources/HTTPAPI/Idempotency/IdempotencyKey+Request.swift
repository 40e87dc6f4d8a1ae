import Booking
import Crypto
import HTTPTypes
import Hummingbird
import Inventory
import NIOCore

extension HTTPField.Name {
    /// `Idempotency-Key`
    static let idempotencyKey = HTTPField.Name("Idempotency-Key")!
    /// `Idempotent-Replayed`
    static let idempotentReplayed = HTTPField.Name("Idempotent-Replayed")!
}

extension IdempotencyKey {
    private static let lengths = 1...255
    private static let visibleASCII: ClosedRange<UInt8> = 0x21...0x7E

    /// Reads the value of an `Idempotency-Key`. Two such fields are joined by a comma and a space, and so refused.
    init(owner: UniqueID, header: String) throws {
        guard Self.lengths.contains(header.utf8.count), header.utf8.allSatisfy(Self.visibleASCII.contains) else {
            throw Problem(
                .badRequest, "invalid_idempotency_key",
                "An `Idempotency-Key` must have 1 to \(Self.lengths.upperBound) visible ASCII characters.")
        }
        self.init(owner: owner, word: header)
    }
}

extension Request {
    /// The digest by which a request with this body is known again. A path has no line break, so nothing else can read
    /// the same.
    func fingerprint(body: ByteBuffer) -> String {
        var digest = SHA256()
        digest.update(data: Array("\(method) \(uri.path)\n".utf8))
        body.withUnsafeReadableBytes { digest.update(bufferPointer: $0) }
        return digest.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }
}
