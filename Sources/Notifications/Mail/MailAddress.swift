/// An e-mail address, with or without the name of who has it.
///
/// Only what is certainly harmless in a header and in an SMTP command is an address here: the dot-string of RFC 5321,
/// section 4.1.2, in ASCII. Quoted local parts and address literals are refused.
public struct MailAddress: Hashable, Sendable {
    /// Bytes in an address (RFC 5321, section 4.5.3.1.3, less the brackets).
    private static let longest = 254

    /// The name shown beside the address.
    public let name: String?
    /// `local@domain`
    public let address: String

    /// The part after the `@`.
    public var domain: Substring { address[address.index(after: address.lastIndex(of: "@") ?? address.startIndex)...] }

    /// Joins an address and a name; nil when `address` is not `local@domain`.
    public init?(address: String, name: String? = nil) {
        guard Self.isAddress(address) else { return nil }
        self.address = address
        self.name = name
    }

    private static func isAddress(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= longest else { return false }
        let (local, domain) = (parts[0], parts[1])
        return local.count <= 64
            && atoms(of: local).allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isAtomText) }
            && atoms(of: domain).allSatisfy { !$0.isEmpty && $0.count <= 63 && $0.allSatisfy(\.isHostText) }
    }

    private static func atoms(of part: Substring.UTF8View) -> [Substring.UTF8View] {
        part.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    }
}

extension MailAddress: LosslessStringConvertible {
    /// Reads `tickets@example.org` or `Usher <tickets@example.org>`; nil when it is neither.
    public init?(_ text: String) {
        guard text.hasSuffix(">"), let bracket = text.lastIndex(of: "<") else {
            self.init(address: text)
            return
        }
        let name = text[..<bracket].split(separator: " ").joined(separator: " ")
        let address = text[text.index(after: bracket)...].dropLast()
        self.init(address: String(address), name: name.isEmpty ? nil : name)
    }

    /// `tickets@example.org` or `Usher <tickets@example.org>`
    public var description: String {
        name.map { "\($0) <\(address)>" } ?? address
    }
}

extension UInt8 {
    var isASCIILetterOrDigit: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// `atext` of RFC 5322, section 3.2.3.
    fileprivate var isAtomText: Bool { isASCIILetterOrDigit || "!#$%&'*+-/=?^_`{|}~".utf8.contains(self) }

    fileprivate var isHostText: Bool { isASCIILetterOrDigit || self == UInt8(ascii: "-") }
}
