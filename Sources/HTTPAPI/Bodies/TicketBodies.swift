import Accounts
import Booking

struct TicketRequestBody: Decodable {
    let stream: String
}

struct TicketBody: Encodable {
    let ticket: String
    let url: String
    let expiresAt: String

    init(_ ticket: Token, stream: String) {
        self.ticket = ticket.text
        url = "\(stream)?ticket=\(ticket.text)"
        expiresAt = ticket.expiresAt.rfc3339
    }

    private enum CodingKeys: String, CodingKey {
        case ticket, url, expiresAt = "expires_at"
    }
}
