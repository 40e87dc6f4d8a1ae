import CCrypt
import Glibc

/// bcrypt through libcrypt. Each call takes tens of milliseconds of its thread.
enum Bcrypt {
    /// The costs that libcrypt accepts and a server can bear: 2^cost rounds.
    static let costs = 4...16

    /// Hashes with a new salt from the operating system.
    ///
    /// - Returns: `$2b$`, the cost, salt and digest; nil when libcrypt has no bcrypt or the system no random numbers.
    static func hash(_ password: Password, cost: Int) -> String? {
        let setting = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CRYPT_GENSALT_OUTPUT_SIZE)) {
            buffer in
            crypt_gensalt_rn("$2b$", UInt(cost), nil, 0, buffer.baseAddress, Int32(buffer.count))
                .map { String(cString: $0) }
        }
        return setting.flatMap { crypt(password.text, setting: $0) }
    }

    /// Whether the password gives this hash; false when the hash is none.
    static func verify(_ password: Password, against hash: String) -> Bool {
        crypt(password.text, setting: hash).map { isEqual($0.utf8, hash.utf8) } ?? false
    }

    /// A well-formed hash that no password gives, for the addresses that have no account: its digest is all zero bits,
    /// and finding a password for a chosen digest is what bcrypt makes infeasible.
    static func unmatchableHash(cost: Int) -> String {
        "$2b$" + (cost < 10 ? "0" : "") + "\(cost)$" + String(repeating: ".", count: 22 + 31)
    }

    /// Compares in a time that depends on the lengths alone.
    private static func isEqual(_ left: String.UTF8View, _ right: String.UTF8View) -> Bool {
        left.count == right.count && zip(left, right).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }

    /// The work area of 32 KB is this call's own and wiped afterwards, since it has held the password.
    static func crypt(_ password: String, setting: String) -> String? {
        let size = MemoryLayout<crypt_data>.size
        let area = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: MemoryLayout<crypt_data>.alignment)
        area.initializeMemory(as: UInt8.self, repeating: 0, count: size)
        defer {
            explicit_bzero(area, size)
            area.deallocate()
        }
        return crypt_rn(password, setting, area, Int32(size)).map { String(cString: $0) }
    }
}
