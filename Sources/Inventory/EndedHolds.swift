/// Remembers how the latest holds ended, so that a customer who comes late is told why rather than "unknown".
struct EndedHolds: Sendable {
    struct Ending: Sendable {
        let customer: UniqueID
        let refusal: Refusal
    }

    /// How many endings are remembered; an older one is forgotten.
    static let limit = 16_384

    private var endings: [UniqueID: Ending] = [:]
    private var order: [UniqueID] = []
    private var oldest = 0

    subscript(hold: UniqueID) -> Ending? { endings[hold] }

    /// Remembers an ending; a later one of the same hold takes its place.
    mutating func remember(_ hold: UniqueID, customer: UniqueID, as refusal: Refusal) {
        guard endings.updateValue(Ending(customer: customer, refusal: refusal), forKey: hold) == nil else { return }
        if order.count < Self.limit {
            order.append(hold)
        } else {
            endings[order[oldest]] = nil
            order[oldest] = hold
            oldest = (oldest + 1) % Self.limit
        }
    }
}
