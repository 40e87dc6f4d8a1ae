internal import TextFormats

/// HTML that escapes every value put into it by interpolation. Values stand between tags only, never in an attribute.
struct HTML: ExpressibleByStringInterpolation {
    private(set) var text: String

    init(stringLiteral text: String) { self.text = text }

    init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text = ""

        init(literalCapacity: Int, interpolationCount: Int) {
            // Names and tickets are longer than words.
            text.reserveCapacity(literalCapacity + interpolationCount * 32)
        }

        mutating func appendLiteral(_ literal: String) { text += literal }

        mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            text += value.description.escapedForHTML
        }
    }

    static func += (page: inout HTML, part: HTML) { page.text += part.text }
}
