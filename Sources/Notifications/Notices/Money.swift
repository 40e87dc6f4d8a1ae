/// An amount as a customer reads it.
struct Money {
    let minorUnits: Int64
    let currency: String

    /// ISO 4217:2015, list one: the currencies whose minor unit is not a hundredth.
    private static let unusualDigits: [String: Int] = [
        "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JPY": 0, "KMF": 0, "KRW": 0, "PYG": 0, "RWF": 0, "UGX": 0,
        "UYI": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
        "BHD": 3, "IQD": 3, "JOD": 3, "KWD": 3, "LYD": 3, "OMR": 3, "TND": 3,
        "CLF": 4, "UYW": 4,
    ]
}

extension Money: CustomStringConvertible {
    /// `85.00 EUR`, `1200 JPY`. No thousands separator: what `12.345 KWD` means differs between readers already.
    var description: String {
        let digits = Self.unusualDigits[currency] ?? 2
        let sign = minorUnits < 0 ? "-" : ""
        let number = String(minorUnits.magnitude)
        // At least one digit stands before the point.
        let padded = String(repeating: "0", count: max(0, digits + 1 - number.count)) + number
        let fraction = padded.suffix(digits)
        return "\(sign)\(padded.dropLast(digits))\(digits > 0 ? "." : "")\(fraction) \(currency)"
    }
}
