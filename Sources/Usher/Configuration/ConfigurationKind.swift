import Foundation
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

    private static func isBroker(_ value: Substring) -> Bool {
        guard let colon = value.lastIndex(of: ":"), let port = UInt16(value[value.index(after: colon)...]) else {
            return false
        }
        return port > 0 && colon > value.startIndex && String(value).isPrintable
            && !value.contains(where: \.isWhitespace)
    }
}

extension String {
    fileprivate var isPrintable: Bool {
        !isEmpty && unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
    }
}
