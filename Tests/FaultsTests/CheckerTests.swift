import Testing

@testable import UsherFaults

/// Whole runs, made by hand.
@Suite struct CheckerTests {
    @Test func `A booking that was acknowledged and confirmed is right`() {
        var history = sale
        history.bookings = [booking("confirmed", version: 3)]
        history.events = [event("queued", 1), event("processing", 2), event("confirmed", 3)]
        #expect(Checker(history: history).verdict().violations.isEmpty)
    }

    @Test func `An acknowledged booking that is lost, or does not end, is found`() {
        #expect(violations { $0.bookings = [] } == 1)
        #expect(
            violations { history in
                history.bookings = [booking("queued", version: 1)]
                history.events = []
            } == 1)
    }

    @Test func `A stream that goes back, or tells another end, is found`() {
        #expect(violations { $0.events = [event("processing", 2), event("queued", 1)] } == 1)
        #expect(violations { $0.events = [event("failed", 2)] } == 0)
        #expect(
            violations {
                $0.bookings = [booking("failed", version: 3)]
                $0.events = [event("confirmed", 3)]
            } == 1)
    }

    @Test func `A hold of less than was asked for is found`() {
        #expect(
            violations { $0.operations[0].answer = .held(hold: "h", seats: ["S-1"], floor: 0, left: .seconds(10)) } > 0)
    }

    @Test func `A key that is answered in two ways is found`() {
        func repeated(_ answer: Operation.Answer) -> Int {
            violations { history in
                history.operations[1].key = "k"
                var again = history.operations[1]
                again.answer = answer
                history.operations.append(again)
            }
        }
        #expect(repeated(.accepted(booking: "e.b")) == 0)
        #expect(repeated(.unknown) == 0)
        #expect(repeated(.refused("hold_booked")) == 1)
    }

    @Test func `A booking without an answer is judged by what the ledger has of it`() {
        #expect(
            violations { history in
                history.operations[1].answer = .unknown
                history.operations.append(look(.booked, at: 5_000))
            } == 0)
        #expect(
            violations { history in
                history.operations[1].answer = .unknown
                history.bookings = []
                history.operations.append(look(.booked, at: 5_000))
            } == 1)
    }

    @Test func `A retry that reached no server says nothing of the first try`() {
        func repeated(first: Operation.Answer, then second: Operation.Answer) -> Int {
            violations { history in
                history.operations = [first, second].map {
                    Operation(
                        customer: 1, request: .hold(seats: ["S-1"], floor: 0), sent: .zero, answered: .milliseconds(10),
                        answer: $0, key: "k")
                }
                history.operations.append(look(.held, at: 5_000))
                (history.bookings, history.events) = ([], [])
            }
        }
        #expect(repeated(first: .unknown, then: .notSent) == 0)
        #expect(repeated(first: .notSent, then: .unknown) == 0)
        #expect(repeated(first: .notSent, then: .notSent) == 1)
    }

    @Test func `A try without an answer may have booked what its retry was refused`() {
        #expect(
            violations { history in
                history.operations[1].answer = .unknown
                history.operations[1].key = "k"
                var retry = history.operations[1]
                retry.answer = .refused("hold_booked")
                history.operations += [retry, look(.booked, at: 5_000)]
            } == 0)
    }

    @Test func `A refusal that is repeated tells what was, not what is`() {
        func refused(sent: Int, key: String?) -> Int {
            violations { history in
                history.operations += [100, sent].map {
                    Operation(
                        customer: 1, request: .hold(seats: ["S-1"], floor: 0), sent: .milliseconds($0),
                        answered: .milliseconds($0 + 1), answer: .unavailable(["S-1": .held]), key: key)
                }
                history.events[0] = StreamEvent(
                    booking: "e.b", stream: 1, at: .milliseconds(200), status: "confirmed", version: 3)
            }
        }
        #expect(refused(sent: 5_000, key: "k") == 0)
        #expect(refused(sent: 5_000, key: nil) == 1)
    }

    @Test func `A refusal that was not kept for its key may be followed by a hold`() {
        let hold = Operation.Answer.held(hold: "h", seats: ["S-1"], floor: 0, left: .seconds(10))
        #expect(
            violations { history in
                history.operations = [Operation.Answer.unavailable(["S-1": .available]), hold].enumerated().map {
                    Operation(
                        customer: 1, request: .hold(seats: ["S-1"], floor: 0), sent: .milliseconds(100 * $0.offset),
                        answered: .milliseconds(100 * $0.offset + 10), answer: $0.element, key: "k")
                }
                history.operations.append(look(.held, at: 5_000))
                (history.bookings, history.events) = ([], [])
            } == 0)
    }

    @Test func `A seat that is sold to two is found`() {
        #expect(
            violations { history in
                history.operations.append(look(.available, at: 5_000))
            } == 1)
    }

    @Test func `A payment that came late may take its seats again`() {
        #expect(
            violations { history in
                history.events = [event("failed", 2)]
                history.operations.append(look(.booked, at: 15_000))
            } == 0)
        #expect(
            violations { history in
                history.events = [event("failed", 2)]
                history.operations.append(look(.booked, at: 5_000))
                history.operations.append(look(.available, at: 6_000))
            } == 1)
    }

    /// Two seats are held and booked.
    private var sale: History {
        var history = History()
        history.operations = [
            Operation(
                customer: 1, request: .hold(seats: ["S-1", "S-2"], floor: 0), sent: .milliseconds(0),
                answered: .milliseconds(10),
                answer: .held(hold: "h", seats: ["S-1", "S-2"], floor: 0, left: .seconds(10))),
            Operation(
                customer: 1, request: .book(hold: "h"), sent: .milliseconds(20), answered: .milliseconds(30),
                answer: .accepted(booking: "e.b")),
        ]
        return history
    }

    private func violations(_ change: (inout History) -> Void) -> Int {
        var history = sale
        history.bookings = [booking("confirmed", version: 3)]
        history.events = [event("confirmed", 3)]
        change(&history)
        return Checker(history: history).verdict().violations.count
    }

    private func booking(_ status: String, version: Int64) -> LedgerBooking {
        LedgerBooking(id: "e.b", hold: "h", status: status, version: version)
    }

    private func event(_ status: String, _ version: Int64) -> StreamEvent {
        StreamEvent(booking: "e.b", stream: 1, at: .milliseconds(100), status: status, version: version)
    }

    /// Somebody sees the first seat.
    private func look(_ status: SeatStatus, at milliseconds: Int) -> Operation {
        Operation(
            customer: 2, request: .look, sent: .milliseconds(milliseconds), answered: .milliseconds(milliseconds + 10),
            answer: .seats(["S-1": status]))
    }
}
