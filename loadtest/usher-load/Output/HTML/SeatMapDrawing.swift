import TextFormats

/// An event's seats, row by row, each in the colour of its kind.
struct SeatMapDrawing {
    let title: String
    let seatsPerRow: Int
    /// The kind of each seat: an index of `kinds`.
    let seats: [Int]
    let kinds: [Kind]

    struct Kind {
        let name: String
        /// Of the page's style, which has the colours.
        let style: String
    }

    var html: String {
        let rows = (seats.count + seatsPerRow - 1) / seatsPerRow
        let used = Set(seats)
        let legend = kinds.indices.filter(used.contains).map {
            "<span class=\"key \(kinds[$0].style)\">\(kinds[$0].name.escapedForHTML)</span>"
        }
        let paths = kinds.indices.filter(used.contains).map {
            "<path class=\"\(kinds[$0].style)\" d=\"\(path(of: $0))\"/>"
        }
        return """
            <figure><figcaption>\(title.escapedForHTML) \(legend.joined(separator: " "))</figcaption>
            <svg class="seats" style="max-width:\(seatsPerRow * 16)px" viewBox="0 0 \(seatsPerRow * 10) \(rows * 10)" \
            role="img" aria-label="\(title.escapedForHTML)">
            \(paths.joined(separator: "\n"))
            </svg></figure>
            """
    }

    /// A rectangle for each seat, in one path: an element for each would make a large hall a slow page.
    private func path(of kind: Int) -> String {
        seats.indices.filter { seats[$0] == kind }.map {
            "M\($0 % seatsPerRow * 10 + 1) \($0 / seatsPerRow * 10 + 1)h8v8h-8z"
        }.joined()
    }
}

extension SeatFindings {
    /// A larger hall would make a page of many megabytes.
    private static let drawingLimit = 50_000

    /// The maps of how often seats were asked for, and of what they are at the end.
    var html: String {
        guard event.seats.count <= Self.drawingLimit else {
            return "<p>\(event.seats.count) seats are too many for a map.</p>"
        }
        let ended =
            states.isEmpty
            ? "<p>The server did not tell the state of the seats at the end.</p>"
            : SeatMapDrawing(
                title: "At the end", seatsPerRow: event.seatsPerRow,
                seats: states.map { state in Self.states.firstIndex { $0.name == state } ?? Self.states.count - 1 },
                kinds: Self.states
            ).html
        return wishMap.html + ended + mostWanted
    }

    private static let states =
        ["available", "held", "booked", "blocked", "unknown"].map {
            SeatMapDrawing.Kind(name: $0, style: "seat-\($0)")
        }

    private var wishMap: SeatMapDrawing {
        let most = max(1, wishes.max() ?? 0)
        // Five steps of as many wishes each, and one for none.
        let limits = Set((1...5).map { (most * $0 + 4) / 5 }).sorted()
        var kinds = [SeatMapDrawing.Kind(name: "never", style: "heat-0")]
        for (step, limit) in limits.enumerated() {
            let first = step == 0 ? 1 : limits[step - 1] + 1
            kinds.append(
                SeatMapDrawing.Kind(
                    name: first == limit ? "\(limit)×" : "\(first)–\(limit)×",
                    style: "heat-\(5 - limits.count + step + 1)"))
        }
        return SeatMapDrawing(
            title: "Asked for by name", seatsPerRow: event.seatsPerRow,
            seats: wishes.map { count in count == 0 ? 0 : (limits.firstIndex { count <= $0 } ?? 0) + 1 }, kinds: kinds)
    }

    private var mostWanted: String {
        let seats = wishes.enumerated().filter { $0.element > 0 }.sorted { $0.element > $1.element }.prefix(10)
        guard !seats.isEmpty else { return "" }
        let rows = seats.map { index, count in
            "<tr><td>\(event.seats[index].escapedForHTML)</td><td>\(count)</td>"
                + "<td>\((states.isEmpty ? "" : states[index]).escapedForHTML)</td></tr>"
        }
        return """
            <table><tr><th>most wanted</th><th>times</th><th>at the end</th></tr>
            \(rows.joined(separator: "\n"))</table>
            """
    }
}
