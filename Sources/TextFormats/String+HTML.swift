extension String {
    /// As text or in a quoted attribute of HTML, whatever is in it.
    public var escapedForHTML: String {
        guard utf8.contains(where: "<>&\"'".utf8.contains) else { return self }
        return unicodeScalars.reduce(into: "") { escaped, scalar in
            switch scalar {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
    }
}
