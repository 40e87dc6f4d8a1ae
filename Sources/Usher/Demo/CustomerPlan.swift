import Randomness

/// What one customer is going to do, drawn from the seed before the sale starts.
struct CustomerPlan: Hashable, Sendable {
    /// What a customer does with a hold.
    enum Intention: Hashable, Sendable {
        case pay(card: String)
        /// Pays with a card that is declined; some then try a good one.
        case payDeclined(triesAnotherCard: Bool)
        case release
        /// Walks off, so that the hold lapses.
        case leave
    }

    static let goodCard = "tok_visa"
    static let declinedCard = "tok_chargeDeclined"
    /// How often a customer looks for other places after a refusal.
    static let otherTries = 3

    /// When the customer comes, from the start of the sale.
    let arrival: Duration
    /// The places that are asked for, one wish after the other until one is granted.
    let wishes: [HoldBody.Wish]
    let intention: Intention

    /// Draws a customer: 1 to 4 places; four of five want the hottest stand first, and after a refusal half look for a
    /// place on the floor, half for seats anywhere.
    ///
    /// - Parameter arrivals: The time in which all customers come.
    init(arrivals: Duration, using generator: inout SeededRandom) {
        arrival = arrivals * Double.random(in: 0..<1, using: &generator)
        let quantity = Int.random(in: 1...4, using: &generator)
        let stand =
            Int.random(in: 0..<100, using: &generator) < 80
            ? DemoVenue.hottestStand : Self.anyStand(besidesTheHottest: true, using: &generator)
        var wishes = [HoldBody.Wish.seats(DemoVenue.seats(quantity, in: stand, using: &generator))]
        for _ in 0..<Self.otherTries {
            if Bool.random(using: &generator) {
                wishes.append(.floor(quantity))
            } else {
                let stand = Self.anyStand(besidesTheHottest: false, using: &generator)
                wishes.append(.seats(DemoVenue.seats(quantity, in: stand, using: &generator)))
            }
        }
        self.wishes = wishes
        intention = Self.intention(using: &generator)
    }

    private static func anyStand(besidesTheHottest: Bool, using generator: inout SeededRandom) -> String {
        DemoVenue.stands[Int.random(in: (besidesTheHottest ? 1 : 0)..<DemoVenue.stands.count, using: &generator)]
    }

    private static func intention(using generator: inout SeededRandom) -> Intention {
        switch Int.random(in: 0..<100, using: &generator) {
        case 0..<75: .pay(card: goodCard)
        case 75..<83: .payDeclined(triesAnotherCard: Bool.random(using: &generator))
        case 83..<93: .release
        default: .leave
        }
    }
}
