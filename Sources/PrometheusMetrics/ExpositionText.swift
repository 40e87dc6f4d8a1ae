/// The grammar of the text exposition format, version 0.0.4.
extension String {
    mutating func append(sample name: String, _ labels: String, _ value: String) {
        self += name
        if !labels.isEmpty { self += "{\(labels)}" }
        self += " \(value)\n"
    }

    /// A name with nothing but `[a-zA-Z0-9_:]`, and no digit first.
    var metricName: String { sanitized { $0 == UInt8(ascii: ":") } }

    /// A name with nothing but `[a-zA-Z0-9_]`, and no digit first. `le` is the buckets' own.
    fileprivate var labelName: String {
        let name = sanitized { _ in false }
        return name == "le" ? "exported_le" : name
    }

    var escapedHelp: String { replacing("\\", with: #"\\"#).replacing("\n", with: #"\n"#) }

    fileprivate var escapedLabelValue: String { escapedHelp.replacing("\"", with: #"\""#) }

    private func sanitized(_ isAllowed: (UInt8) -> Bool) -> String {
        var bytes = utf8.map { $0.isWordByte || isAllowed($0) ? $0 : UInt8(ascii: "_") }
        if bytes.first.map({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) ?? true {
            bytes.insert(UInt8(ascii: "_"), at: 0)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension [(String, String)] {
    /// What stands between the braces: each label once, in the order of names.
    var labelText: String {
        let labels = Dictionary(map { ($0.0.labelName, $0.1) }) { _, last in last }
        return labels.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value.escapedLabelValue)\"" }
            .joined(separator: ",")
    }
}

extension Double {
    /// As Go's `ParseFloat` reads it.
    var sampleText: String {
        if isNaN { return "NaN" }
        if isInfinite { return self < 0 ? "-Inf" : "+Inf" }
        return Int64(exactly: self).map { "\($0)" } ?? "\(self)"
    }
}

extension UInt8 {
    fileprivate var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
