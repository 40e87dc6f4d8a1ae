import Inventory
import Simulation
import Testing

@testable import Booking

@Suite(.timeLimit(.minutes(1))) struct PaymentCollectorTests {
    /// The same bits each time.
    private struct Loaded: RandomSource {
        let bits: UInt64
        func next() -> UInt64 { bits }
    }

    private let clock = ManualClock()
    private let charge = Charge(
        booking: BookingID(offering: UniqueID(high: 1, low: 1), own: UniqueID(high: 1, low: 2)), amountMinor: 8_500,
        currency: "EUR", token: "tok")

    private func collector(
        _ gateway: ScriptedGateway, random bits: UInt64 = .max, breakerThreshold: Int = 100
    ) -> PaymentCollector {
        let policy = PaymentPolicy(
            timeout: .seconds(5), tries: 3, firstPause: .milliseconds(200), longestPause: .milliseconds(300),
            lookUps: 2, breakerThreshold: breakerThreshold, breakerPause: .seconds(30))
        return PaymentCollector(gateway: gateway, policy: policy, clock: clock, random: Loaded(bits: bits))
    }

    /// What `collect` gives, while the clock moves on to the end of each pause.
    ///
    /// - Parameter silent: Who never answers; then the clock moves on to the end of each wait as well.
    private func outcome(
        of collector: PaymentCollector, silent: ScriptedGateway? = nil
    ) async -> Result<String, PaymentError> {
        let clock = clock
        let driving = Task {
            var waits = 0
            while !Task.isCancelled {
                await clock.untilSomebodySleeps(within: silent == nil ? .seconds(1) : .seconds(5))
                guard let next = clock.nextDeadline, !Task.isCancelled else { continue }
                let pause = next - clock.now
                if let silent, pause > .seconds(1) {
                    waits += 1
                    // A wait for an answer ends after the question has come.
                    while silent.calls.count < waits {
                        try Task.checkCancellation()
                        await Task.yield()
                    }
                }
                clock.advance(by: pause)
            }
        }
        defer { driving.cancel() }
        do {
            return .success(try await collector.collect(charge))
        } catch {
            return .failure(error)
        }
    }

    private func code(_ outcome: Result<String, PaymentError>) -> PaymentError.Code? {
        if case .failure(let error) = outcome { error.code } else { nil }
    }

    /// The milliseconds at which calls came.
    private func times(_ gateway: ScriptedGateway) -> [Int64] {
        gateway.calls.map { Int64($0.at / .milliseconds(1)) }
    }

    @Test func `a failed try is repeated after a pause that doubles up to its limit`() async {
        let gateway = ScriptedGateway([.fails(.unavailable), .fails(.unanswered), .charged("ch_1")], clock: clock)
        #expect(await outcome(of: collector(gateway)) == .success("ch_1"))
        #expect(times(gateway) == [0, 199, 499])
    }

    @Test func `each pause is drawn from zero to its limit`() async {
        let gateway = ScriptedGateway([.fails(.unavailable), .fails(.unavailable), .charged("ch_1")], clock: clock)
        #expect(await outcome(of: collector(gateway, random: .max / 4)) == .success("ch_1"))
        #expect(times(gateway) == [0, 49, 124])
    }

    @Test func `a decline is final`() async {
        let gateway = ScriptedGateway([.fails(.declined)], clock: clock)
        #expect(code(await outcome(of: collector(gateway))) == .declined)
        #expect(gateway.calls.count == 1)
    }

    @Test func `without a charge in doubt nothing is looked up`() async {
        let gateway = ScriptedGateway(Array(repeating: .fails(.unavailable), count: 3), clock: clock)
        #expect(code(await outcome(of: collector(gateway))) == .unavailable)
        #expect(gateway.calls.map(\.name) == ["charge", "charge", "charge"])
    }

    @Test(
        arguments: [
            ([.found(.succeeded(paymentID: "ch_1"))], nil),
            ([.found(.pending), .found(.succeeded(paymentID: "ch_1"))], nil),
            ([.found(.declined)], .declined),
            // What the gateway has not seen may still be on its way to it.
            ([.found(.unknown), .found(.unknown)], .unanswered),
            ([.fails(.unavailable), .found(.pending)], .unanswered),
        ] as [([ScriptedGateway.Answer], PaymentError.Code?)])
    func `a charge in doubt is looked up`(_ answers: [ScriptedGateway.Answer], _ expected: PaymentError.Code?) async {
        // The doubt of the first try stays, whatever the others say.
        let tries: [ScriptedGateway.Answer] = [.fails(.unanswered), .fails(.unavailable), .fails(.unavailable)]
        let gateway = ScriptedGateway(tries + answers, clock: clock)
        #expect(code(await outcome(of: collector(gateway))) == expected)
        #expect(gateway.calls.map(\.name).filter { $0 == "lookUp" }.count == answers.count)
    }

    @Test func `a try and a look-up that take too long count as unanswered`() async {
        let gateway = ScriptedGateway(Array(repeating: .never, count: 5), clock: clock)
        let outcome = await outcome(of: collector(gateway), silent: gateway)
        #expect(code(outcome) == .unanswered)
        #expect(times(gateway) == [0, 5_199, 10_499, 15_499, 20_699])
    }

    @Test func `after failures in a row nothing is sent until a probe has been answered`() async {
        let failures: [ScriptedGateway.Answer] = Array(repeating: .fails(.unavailable), count: 5)
        let gateway = ScriptedGateway(failures + [.charged("ch_1"), .charged("ch_2")], clock: clock)
        let collector = collector(gateway, breakerThreshold: 4)
        _ = await outcome(of: collector)
        _ = await outcome(of: collector)
        #expect(gateway.calls.count == 4)
        #expect(code(await outcome(of: collector)) == .unavailable)
        #expect(gateway.calls.count == 4)

        clock.advance(by: .seconds(30))
        #expect(code(await outcome(of: collector)) == .unavailable)
        #expect(gateway.calls.count == 5)

        clock.advance(by: .seconds(30))
        #expect(await outcome(of: collector) == .success("ch_1"))
        #expect(await outcome(of: collector) == .success("ch_2"))
    }

    @Test func `a refund that is on its way is no failure of the gateway`() async throws {
        let onTheirWay: [ScriptedGateway.Answer] = Array(repeating: .fails(.pending), count: 4)
        let gateway = ScriptedGateway(onTheirWay + [.charged("ch_1")], clock: clock)
        let collector = collector(gateway, breakerThreshold: 4)
        let refund = Refund(booking: charge.booking, paymentID: "ch_0", amountMinor: 8_500, currency: "EUR")
        for _ in onTheirWay {
            await #expect(throws: PaymentError.self) { try await collector.refund(refund) }
        }
        #expect(await outcome(of: collector) == .success("ch_1"))
    }
}
