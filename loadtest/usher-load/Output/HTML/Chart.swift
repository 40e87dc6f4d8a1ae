import TextFormats

/// Curves over the time of a run, as SVG.
struct Chart {
    struct Curve {
        let name: String
        /// Of the page's style, which has the colours.
        let style: String
        /// Pairs of seconds and values; nil where there is none.
        let points: [(time: Double, value: Double?)]
    }

    let title: String
    let curves: [Curve]
    /// How a value is written at the axis.
    let label: (Double) -> String

    // Small, so that its text can be read on a telephone.
    private static let (width, height) = (400.0, 200.0)
    private static let (left, right, top, bottom) = (52.0, 8.0, 8.0, 20.0)

    var html: String {
        let legend = curves.map { "<span class=\"key \($0.style)\">\($0.name.escapedForHTML)</span>" }.joined(
            separator: " ")
        return """
            <figure><figcaption>\(title.escapedForHTML) \(legend)</figcaption>
            <svg viewBox="0 0 \(Format.number(Self.width)) \(Format.number(Self.height))" role="img" \
            aria-label="\(title.escapedForHTML)">
            \(grid)
            \(curves.map(path).joined(separator: "\n"))
            </svg></figure>
            """
    }

    private var end: Double { max(1, curves.flatMap { $0.points.map(\.time) }.max() ?? 1) }

    private var top: Double {
        let most = curves.flatMap { $0.points.compactMap(\.value) }.max() ?? 0
        return Self.roundedUp(most > 0 ? most : 1)
    }

    /// The next of 1, 2, 2.5, 5 times a power of ten, so that the axis has plain numbers.
    static func roundedUp(_ value: Double) -> Double {
        var power = 1.0
        while power * 10 <= value { power *= 10 }
        while power > value { power /= 10 }
        return ([1, 2, 2.5, 5].map { $0 * power }.first { $0 >= value }) ?? power * 10
    }

    private var grid: String {
        let lines = stride(from: 0.0, through: 1, by: 0.25).map { share in
            let y = Self.number(vertical(top * share))
            return """
                <path class="grid" d="M\(Self.number(Self.left)) \(y)H\(Self.number(Self.width - Self.right))"/>\
                <text x="\(Self.number(Self.left - 4))" y="\(y)" class="y">\(label(top * share).escapedForHTML)</text>
                """
        }
        let times = [0, end / 2, end].map { time in
            "<text x=\"\(Self.number(horizontal(time)))\" y=\"\(Self.number(Self.height - 4))\" class=\"x\">"
                + "\(Format.number(time, digits: 0))s</text>"
        }
        return (lines + times).joined(separator: "\n")
    }

    private func path(_ curve: Curve) -> String {
        var line = ""
        var isDrawing = false
        for point in curve.points {
            guard let value = point.value else {
                isDrawing = false
                continue
            }
            let place = "\(Self.number(horizontal(point.time))) \(Self.number(vertical(value)))"
            // A stroke of no length, with round ends, shows a point that stands alone.
            line += isDrawing ? "L\(place)" : "M\(place)h0"
            isDrawing = true
        }
        return "<path class=\"curve \(curve.style)\" d=\"\(line)\"/>"
    }

    private func horizontal(_ time: Double) -> Double {
        Self.left + time / end * (Self.width - Self.left - Self.right)
    }

    private func vertical(_ value: Double) -> Double {
        Self.height - Self.bottom - value / top * (Self.height - Self.top - Self.bottom)
    }

    private static func number(_ value: Double) -> String { Format.number(value, digits: 1) }
}
