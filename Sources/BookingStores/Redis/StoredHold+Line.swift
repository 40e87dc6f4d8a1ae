import Booking
import Inventory

/// A hold as one line of text, `<customer> <expiry in ms since 1970> <quantity>*<unit>,<quantity>*<unit>…`.
///
/// Written on each hold, so it is cheaper than JSON; and an operator can read it. Units' names have no comma.
extension StoredHold {
    var line: String {
        let claims = claims.map { "\($0.quantity)*\($0.unit)" }.joined(separator: ",")
        return "\(customer) \(expiresAt.millisecondsSince1970) \(claims)"
    }

    init?(id: HoldID, line: String) {
        let parts = line.split(separator: " ", maxSplits: 2)
        guard parts.count == 3, let customer = UniqueID(parts[0]), let expiry = Int64(parts[1]) else { return nil }
        var claims: [Claim] = []
        for text in parts[2].split(separator: ",") {
            let claim = text.split(separator: "*", maxSplits: 1)
            guard claim.count == 2, let quantity = Int(claim[0]) else { return nil }
            claims.append(Claim(unit: String(claim[1]), quantity: quantity))
        }
        self.init(
            id: id, customer: customer, claims: claims, expiresAt: Timestamp(millisecondsSince1970: expiry))
    }
}
