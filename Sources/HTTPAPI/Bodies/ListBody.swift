import TextFormats

/// A page of a list.
struct ListBody<Item: Encodable>: Encodable {
    let items: [Item]
    /// Asks for the page that follows; null on the last one.
    let nextCursor: String?

    private enum CodingKeys: String, CodingKey {
        case items, nextCursor = "next_cursor"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(items, forKey: .items)
        try container.encode(nextCursor, forKey: .nextCursor)
    }
}

/// A page of a list of bookings.
struct BookingList: JSONWritable {
    let items: [BookingBody]
    let nextCursor: String?

    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("items", array: items) { $1.write(to: &$0) }
            json.member("next_cursor", nextCursor)
        }
    }
}
