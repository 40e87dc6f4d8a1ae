/// An address that has the form of one: trimmed, lower case, ASCII.
///
/// The form is that of RFC 5321 without quoted local parts and address literals, which no customer has; so an address
/// holds nothing that could end a header line or open a second recipient. An internationalised domain is accepted in
/// its ASCII form (`xn--…`).
struct EmailAddress: Hashable, Sendable {
    let text: String

    /// Normalises and checks an address.
    init(_ raw: String) throws(AccountsError) {
        let text = raw.trimmed.lowercased()
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, parts.count == 2, Self.isLocalPart(parts[0]), Self.isDomain(parts[1]) else {
            throw AccountsError(
                .invalidEmail,
                "This is not an e-mail address. Write it as name@example.com, in ASCII and no longer than 254 characters.",
                field: "email")
        }
        self.text = text
    }

    private static func isLocalPart(_ part: Substring) -> Bool {
        (1...64).contains(part.utf8.count)
            && part.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
                !atom.isEmpty && atom.utf8.allSatisfy { $0.isAlphanumeric || atomPunctuation.contains($0) }
            }
    }

    private static func isDomain(_ part: Substring) -> Bool {
        let labels = part.split(separator: ".", omittingEmptySubsequences: false)
        return labels.count >= 2
            && labels.allSatisfy { label in
                (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                    && label.utf8.allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "-") }
            }
    }

    private static let atomPunctuation = Set("!#$%&'*+/=?^_`{|}~-".utf8)
}

extension UInt8 {
    /// The text is in lower case when this is asked.
    fileprivate var isAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: false
        }
    }
}
