import Testing

@testable import UsherFaults

/// Outages of ten seconds, made by hand.
@Suite struct OutageTests {
    @Test func `A sale that goes on breaks no promise`() {
        #expect(violations(.salesGoOn, [held(at: 2), accepted(at: 3)]) == 0)
    }

    @Test func `A sale that fails, or in which nobody gets anything, is found`() {
        #expect(violations(.salesGoOn, [held(at: 2), accepted(at: 3), failed(503, at: 4)]) == 1)
        #expect(violations(.salesGoOn, [held(at: 2), accepted(at: 3), failed(nil, at: 4)]) == 1)
        #expect(violations(.salesGoOn, [held(at: 2), accepted(at: 30)]) == 1)
        #expect(violations(.salesGoOn, []) == 2)
    }

    @Test func `A retry that came too early is no failure`() {
        #expect(violations(.salesGoOn, [held(at: 2), accepted(at: 3), failed(409, at: 4)]) == 0)
    }

    @Test func `Bookings that are refused at once with 503 break no promise`() {
        #expect(
            violations(.bookingsAreRefused, [failed(503, at: 2), accepted(at: 9, after: 2), accepted(at: 12)]) == 0)
    }

    @Test func `A refusal that is late, or another one, or none, is found`() {
        #expect(violations(.bookingsAreRefused, [failed(503, at: 2, after: 4)]) == 1)
        #expect(violations(.bookingsAreRefused, [failed(503, at: 2), failed(500, at: 3)]) == 1)
        #expect(violations(.bookingsAreRefused, [failed(503, at: 2), accepted(at: 3)]) == 1)
        #expect(violations(.bookingsAreRefused, []) == 1)
    }

    @Test func `Customers are served again when the first new request is answered`() {
        let operations = [held(at: 1), failed(503, at: 3), held(at: 5), accepted(at: 9)]
        var recovery = Recovery(from: .seconds(2), limit: .seconds(5))
        #expect(recovery.time(in: operations) == .milliseconds(3_100))
        #expect(recovery.violation(in: operations) == nil)
        recovery.isOfBookings = true
        #expect(recovery.time(in: operations) == .milliseconds(7_100))
        #expect(recovery.violation(in: operations) != nil)
        #expect(recovery.violation(in: []) != nil)
    }

    private func violations(_ promise: Outage.Promise, _ operations: [Operation]) -> Int {
        let outage = Outage(name: "without it", promise: promise, span: .zero ... .seconds(10))
        return outage.violations(in: operations).count
    }

    private func held(at second: Int) -> Operation {
        operation(.hold(seats: ["S-1"], floor: 0), .held(hold: "h", seats: ["S-1"], floor: 0, left: .zero), at: second)
    }

    private func accepted(at second: Int, after seconds: Double = 0.1) -> Operation {
        operation(.book(hold: "h"), .accepted(booking: "e.b"), at: second, after: seconds)
    }

    private func failed(_ status: UInt?, at second: Int, after seconds: Double = 0.1) -> Operation {
        var operation = operation(.book(hold: "h"), .unknown, at: second, after: seconds)
        operation.status = status
        return operation
    }

    private func operation(
        _ request: Operation.Request, _ answer: Operation.Answer, at second: Int, after seconds: Double = 0.1
    ) -> Operation {
        Operation(
            customer: 1, request: request, sent: .seconds(second), answered: .seconds(second) + .seconds(seconds),
            answer: answer)
    }
}
