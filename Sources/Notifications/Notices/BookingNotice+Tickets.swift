internal import Tickets

extension BookingNotice.Booking {
    /// A ticket for each place, in the order of the claims; at most as many as a ticket's format can number, 65,536.
    func tickets(signedBy signer: TicketSigner) throws(TicketError) -> [Mail.Ticket] {
        var tickets: [Mail.Ticket] = []
        for claim in claims {
            let name = PlaceGroup.groups(of: [claim]).first?.name.shownLine ?? ""
            for _ in 0..<max(claim.quantity, 0) {
                guard let place = UInt16(exactly: tickets.count) else { return tickets }
                let token = try signer.token(for: Ticket(booking: id.value, place: place))
                tickets.append(Mail.Ticket(place: name, token: token))
            }
        }
        return tickets
    }
}
