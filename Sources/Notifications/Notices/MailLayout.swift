/// What a mail shows, and in which order. Every text in it is one line, so that none can pass for lines of ours.
struct MailLayout {
    let words: NoticeWords
    let event: String
    let venue: String
    let starts: String
    let places: [Place]
    let tickets: [Mail.Ticket]

    struct Place {
        let name: String
        let quantity: Int
        let price: Money
    }

    var text: String {
        var text = "\(words.headline).\n\n"
        for line in words.opening { text += "\(line)\n" }
        if !words.opening.isEmpty { text += "\n" }
        text += "\(event)\n\(venue)\n\(starts)\n\n"
        for place in places { text += "  \(place.name): \(place.quantity) × \(place.price)\n" }
        text += "\n"
        for fact in words.facts { text += "\(fact.name): \(fact.value)\n" }
        if !tickets.isEmpty { text += "\nYour tickets, one for each place:\n" }
        for (number, ticket) in zip(1..., tickets) { text += "\n  \(number). \(ticket.place)\n  \(ticket.token)\n" }
        if let closing = words.closing { text += "\n\(closing)\n" }
        return text
    }

    var html: String {
        var page: HTML = """
            <!DOCTYPE html>
            <html lang="en"><head><meta charset="utf-8"><title>Your booking</title></head>
            <body style="font-family: sans-serif; line-height: 1.5; max-width: 36em; margin: 1em auto">
            <h1>\(words.headline)</h1>\n
            """
        if !words.opening.isEmpty {
            page += "<p>\n"
            for line in words.opening { page += "\(line)<br>\n" }
            page += "</p>\n"
        }
        page += "<p><strong>\(event)</strong><br>\(venue)<br>\(starts)</p>\n<ul>\n"
        for place in places { page += "<li>\(place.name): \(place.quantity) × \(place.price)</li>\n" }
        page += "</ul>\n<p>\n"
        for fact in words.facts { page += "\(fact.name): <strong>\(fact.value)</strong><br>\n" }
        page += "</p>\n"
        if !tickets.isEmpty {
            page += "<h2>Your tickets, one for each place</h2>\n<ol>\n"
            for ticket in tickets {
                page += "<li>\(ticket.place)<br><code style=\"word-break: break-all\">\(ticket.token)</code></li>\n"
            }
            page += "</ol>\n"
        }
        if let closing = words.closing { page += "<p>\(closing)</p>\n" }
        page += "</body></html>"
        return page.text
    }
}
