import Foundation

extension String {
    /// The text without white space around it.
    var trimmed: String {
        trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Whether the text fits one line of `limit` characters at most.
    ///
    /// Unicode scalars are counted, as JSON Schema's `maxLength` does; it bounds the bytes, which grapheme clusters don't.
    func isLine(of limit: Int) -> Bool {
        (1...limit).contains(unicodeScalars.count)
            && unicodeScalars.allSatisfy { scalar in
                switch scalar.properties.generalCategory {
                case .control, .lineSeparator, .paragraphSeparator: false
                default: true
                }
            }
    }
}
