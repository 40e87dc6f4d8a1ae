import Testing

@testable import UsherFaults

/// Histories of a floor of ten places, made by hand.
@Suite struct FloorCheckTests {
    @Test func `Places may be taken up to the last one`() {
        #expect(violations([hold("a", 6, at: 0), hold("b", 4, at: 100)]) == 0)
        #expect(violations([hold("a", 6, at: 0), hold("b", 5, at: 100)]) == 1)
    }

    @Test func `Places that were let go, or whose hold has ended, may be taken again`() {
        #expect(violations([hold("a", 6, at: 0), release("a", at: 50), hold("b", 5, at: 100)]) == 0)
        #expect(violations([hold("a", 6, at: 0), hold("b", 5, at: 10_500)]) == 0)
        #expect(violations([hold("a", 6, at: 0), extend("a", at: 5_000), hold("b", 5, at: 10_500)]) == 1)
    }

    @Test func `Places that were sold stay taken, unless the booking is cancelled`() {
        let sale = [hold("a", 6, at: 0), book("a", at: 50)]
        #expect(violations(sale + [hold("b", 5, at: 20_000)], status: "confirmed") == 1)
        #expect(violations(sale + [cancel("a", at: 15_000), hold("b", 5, at: 20_000)], status: "cancelled") == 0)
        #expect(violations(sale + [hold("b", 5, at: 20_000)], status: "failed") == 0)
    }

    @Test func `A hold without an answer may have taken places, or not`() {
        var unanswered = hold("?", 6, at: 0)
        unanswered.answer = .unknown
        #expect(violations([unanswered, hold("b", 5, at: 100)]) == 0)
        #expect(violations([unanswered, refusal(of: 5, left: 4, at: 100)]) == 0)
        #expect(violations([unanswered, refusal(of: 5, left: 3, at: 100)]) == 1)
    }

    @Test func `A refusal tells what is left`() {
        let first = hold("a", 6, at: 0)
        #expect(violations([first, refusal(of: 5, left: 4, at: 100)]) == 0)
        #expect(violations([first, refusal(of: 5, left: 5, at: 100)]) == 1)
        #expect(violations([first, refusal(of: 5, left: 0, at: 100)]) == 1)
        #expect(violations([first, refusal(of: 4, left: 4, at: 100)]) == 1)
    }

    private func violations(_ operations: [Operation], status: String? = nil) -> Int {
        var history = History()
        history.operations = operations
        history.bookings = status.map { [LedgerBooking(id: "e.a", hold: "a", status: $0, version: 2)] } ?? []
        let steps = SeatSteps.all(of: history)[Hall.floor] ?? []
        return FloorCheck(steps: steps, bookings: history.bookings, capacity: 10).violations(of: operations).count
    }

    private func hold(_ hold: String, _ places: Int, at milliseconds: Int) -> Operation {
        answer(
            .held(hold: hold, seats: [], floor: places, left: .seconds(10)), to: .hold(seats: [], floor: places),
            at: milliseconds)
    }

    private func refusal(of places: Int, left: Int, at milliseconds: Int) -> Operation {
        answer(.unavailable([:], floorLeft: left), to: .hold(seats: [], floor: places), at: milliseconds)
    }

    private func extend(_ hold: String, at milliseconds: Int) -> Operation {
        answer(.extended(left: .seconds(10)), to: .extend(hold: hold), at: milliseconds)
    }

    private func release(_ hold: String, at milliseconds: Int) -> Operation {
        answer(.released, to: .release(hold: hold), at: milliseconds)
    }

    private func book(_ hold: String, at milliseconds: Int) -> Operation {
        answer(.accepted(booking: "e.\(hold)"), to: .book(hold: hold), at: milliseconds)
    }

    private func cancel(_ hold: String, at milliseconds: Int) -> Operation {
        answer(.cancelled, to: .cancel(booking: "e.\(hold)"), at: milliseconds)
    }

    private func answer(_ answer: Operation.Answer, to request: Operation.Request, at milliseconds: Int) -> Operation {
        Operation(
            customer: 1, request: request, sent: .milliseconds(milliseconds),
            answered: .milliseconds(milliseconds + 10), answer: answer)
    }
}
