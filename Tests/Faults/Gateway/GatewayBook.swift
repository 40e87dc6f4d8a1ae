/// What the gateway's cards do.
enum GatewayCard: String, CaseIterable, Sendable {
    case good = "pm_card_visa"
    case declined = "pm_card_declined"
    /// Charged at once, and answered half a minute later.
    case slow = "pm_card_slow"
    /// Charged at once, and never answered.
    case silent = "pm_card_silent"
    /// Never answered, and charged when the booking has long failed.
    case late = "pm_card_late"
}

/// The gateway's own record of who paid what, which no crash of Usher touches.
actor GatewayBook {
    struct Intent: Sendable {
        let id: String
        let amount: Int64
        let currency: String
        let booking: String
        let card: GatewayCard
        var status = "requires_confirmation"
    }

    struct Refund: Sendable {
        let id: String
        let intent: String
        let amount: Int64
    }

    /// Newest last.
    private(set) var intents: [Intent] = []
    private(set) var refunds: [Refund] = []
    private var intentsByKey: [String: String] = [:]
    private var refundsByKey: [String: Refund] = [:]

    /// - Parameter key: The same key gives the same intent.
    func makeIntent(amount: Int64, currency: String, booking: String, card: GatewayCard, key: String) -> Intent {
        if let known = intentsByKey[key].flatMap(intent) { return known }
        let intent = Intent(
            id: "pi_\(intents.count + 1)", amount: amount, currency: currency, booking: booking, card: card)
        intents.append(intent)
        intentsByKey[key] = intent.id
        return intent
    }

    func intent(_ id: String) -> Intent? { intents.first { $0.id == id } }

    /// Moves money, once.
    ///
    /// - Returns: The intent, and whether it was charged just now; nil when there is none.
    func charge(_ id: String) -> (intent: Intent, isNew: Bool)? {
        guard let index = intents.firstIndex(where: { $0.id == id }) else { return nil }
        guard intents[index].status == "requires_confirmation" || intents[index].status == "processing" else {
            return (intents[index], false)
        }
        intents[index].status = intents[index].card == .declined ? "requires_payment_method" : "succeeded"
        return (intents[index], true)
    }

    /// Takes a charge up that is made later.
    func process(_ id: String) {
        guard let index = intents.firstIndex(where: { $0.id == id }), intents[index].status == "requires_confirmation"
        else { return }
        intents[index].status = "processing"
    }

    /// - Returns: Nil when there is no such charge, or no money of it left.
    func refund(_ intent: String, amount: Int64, key: String) -> Refund? {
        if let known = refundsByKey[key] { return known }
        guard let charged = self.intent(intent), charged.status == "succeeded",
            refunds.filter({ $0.intent == intent }).reduce(amount, { $0 + $1.amount }) <= charged.amount
        else { return nil }
        let refund = Refund(id: "re_\(refunds.count + 1)", intent: intent, amount: amount)
        refunds.append(refund)
        refundsByKey[key] = refund
        return refund
    }
}
