import Foundation

/// Numbers as k6 writes them.
enum Format {
    /// With up to two digits behind the point, and no zeros at the end.
    static func number(_ value: Double, digits: Int = 2) -> String {
        var text = String(format: "%.\(digits)f", value)
        guard text.contains(".") else { return text }
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    /// A time, in the unit that suits it.
    static func time(milliseconds: Double) -> String {
        switch milliseconds {
        case 0: "0s"
        case ..<1: "\(number(milliseconds * 1000))µs"
        case ..<1000: "\(number(milliseconds))ms"
        case ..<60_000: "\(number(milliseconds / 1000))s"
        default: "\(Int(milliseconds / 60_000))m\(number(milliseconds.truncatingRemainder(dividingBy: 60_000) / 1000))s"
        }
    }

    static func bytes(_ count: Double) -> String {
        switch count {
        case ..<1000: "\(number(count, digits: 0)) B"
        case ..<1e6: "\(number(count / 1e3, digits: 1)) kB"
        case ..<1e9: "\(number(count / 1e6, digits: 1)) MB"
        default: "\(number(count / 1e9, digits: 1)) GB"
        }
    }

    /// An event per second, with the digits that a rate deserves.
    static func perSecond(_ rate: Double) -> String { "\(number(rate, digits: rate < 10 ? 6 : 2))/s" }

    static func percent(_ share: Double) -> String { String(format: "%.2f%%", share * 100) }
}
