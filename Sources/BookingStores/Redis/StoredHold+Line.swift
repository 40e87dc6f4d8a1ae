import Booking
import Inventory

/// A hold as one line of text, `<customer> <expiry> <held since> <quantity>*<unit>,<quantity>*<unit>…`, with times in
/// milliseconds since 1970.
///
/// Written on each hold, so it is cheaper than JSON; and an operator can read it. Units' names have no comma, but they
/// have spaces. A line from before the third word was written has none; its claims cannot be taken for it, since they
/// begin with a quantity and an asterisk.
extension StoredHold {
    var line: String {
        let claims = claims.map { "\($0.quantity)*\($0.unit)" }.joined(separator: ",")
        let times = [expiresAt, heldSince].compactMap { $0.map { "\($0.millisecondsSince1970)" } }
        return ([customer.description] + times + [claims]).joined(separator: " ")
    }

    init?(id: HoldID, line: String) {
        let parts = line.split(separator: " ", maxSplits: 2)
        guard parts.count == 3, let customer = UniqueID(parts[0]), let expiry = Int64(parts[1]) else { return nil }
        var list = parts[2]
        let heldSince = Int64(list.prefix { $0 != " " })
        if heldSince != nil { list = list.drop { $0 != " " }.dropFirst() }
        var claims: [Claim] = []
        for text in list.split(separator: ",") {
            let claim = text.split(separator: "*", maxSplits: 1)
            guard claim.count == 2, let quantity = Int(claim[0]) else { return nil }
            claims.append(Claim(unit: String(claim[1]), quantity: quantity))
        }
        self.init(
            id: id, customer: customer, claims: claims, heldSince: heldSince.map(Timestamp.init),
            expiresAt: Timestamp(millisecondsSince1970: expiry))
    }
}
