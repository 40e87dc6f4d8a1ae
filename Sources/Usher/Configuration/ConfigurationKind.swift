import Addresses
import Foundation
import HTTPAPI
import Notifications

/// The values that a setting may take.
enum ConfigurationKind: Hashable {
    /// Any text of a line.
    case text
    /// Text that is never printed.
    case secret(minimumBytes: Int)
    case integer(ClosedRange<Int>)
    case flag
    case choice([String])
    case url(schemes: [String])
    /// `host:port`, several separated by commas.
    case brokers
    case emailAddress
    /// `10.0.0.0/8`, several separated by commas.
    case addressRanges
    /// `https://shop.example`, several separated by commas, or `*`.
    case origins
    /// `600/60`, which is 600 requests in 60 seconds.
    case rateLimit

    /// What is wanted, as the end of a sentence: "must be …".
    var requirement: String {
        switch self {
        case .text: "text without control characters"
        case .secret(let minimumBytes): "a secret text of at least \(minimumBytes) bytes"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .flag: "true or false"
        case .choice(let values): values.dropLast().joined(separator: ", ") + " or " + (values.last ?? "")
        case .url(let schemes): "a URL " + schemes.map { "\($0)://host" }.joined(separator: " or ")
        case .brokers: "host:port, or several separated by commas"
        case .emailAddress: "an e-mail address, alone or as `Name <address>`"
        case .addressRanges: "an IP address or a range such as 10.0.0.0/8, or several separated by commas"
        case .origins: "an origin such as https://shop.example, or several separated by commas, or `*`"
        case .rateLimit: "requests/seconds, such as 600/60"
        }
    }

    /// Whether a value, as written, may be taken.
    func allows(_ value: String) -> Bool {
        switch self {
        case .text: value.isPrintable
        case .secret(let minimumBytes): value.utf8.count >= minimumBytes
        case .integer(let range): Int(value).map(range.contains) ?? false
        case .flag: Bool(value) != nil
        case .choice(let values): values.contains(value)
        case .url(let schemes): Self.isURL(value, schemes: schemes)
        case .brokers: value.split(separator: ",", omittingEmptySubsequences: false).allSatisfy(Self.isBroker)
        case .emailAddress: value.isPrintable && MailAddress(value) != nil
        case .addressRanges: value.listed.allSatisfy { AddressRange($0) != nil }
        case .origins: value.listed.allSatisfy { $0 == "*" || Self.isOrigin($0) }
        case .rateLimit: RateLimit(value) != nil
        }
    }

    /// A value as an error may show it.
    func printable(_ value: String) -> String {
        switch self {
        case .secret: "<secret>"
        case .url: ServerURL.redacted(value)
        default: value
        }
    }

    private static func isURL(_ value: String, schemes: [String]) -> Bool {
        guard let url = URLComponents(string: value, encodingInvalidCharacters: false), let host = url.host,
            let scheme = url.scheme, schemes.contains(scheme)
        else { return false }
        return !host.isEmpty && url.port.map { (1...65_535).contains($0) } ?? true
    }

    /// As a browser writes it: without a path, and without an upper-case letter.
    private static func isOrigin(_ value: String) -> Bool {
        guard isURL(value, schemes: ["http", "https"]), let url = URLComponents(string: value) else { return false }
        return value == value.lowercased() && url.path.isEmpty && url.query == nil && url.fragment == nil
            && url.user == nil
    }

    private static func isBroker(_ value: Substring) -> Bool {
        guard let colon = value.lastIndex(of: ":"), let port = UInt16(value[value.index(after: colon)...]) else {
            return false
        }
        return port > 0 && colon > value.startIndex && String(value).isPrintable
            && !value.contains(where: \.isWhitespace)
    }
}

extension String {
    /// The parts of a list that is separated by commas.
    var listed: [String] {
        split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
    }

    fileprivate var isPrintable: Bool {
        !isEmpty && unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}
