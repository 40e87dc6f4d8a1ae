import Testing

@testable import UsherFaults

/// Histories of one seat, made by hand: good ones that must pass, and bad ones that must not.
@Suite struct SeatSearchTests {
    @Test func `A seat that is held, bought and seen so is possible`() {
        #expect(
            isPossible(
                step(.hold("a", until: deadline(11_000)), 0...10), step(.see(.held), 20...30),
                step(.book(hold: "a", booking: "b"), 40...50), step(.see(.held), 60...70),
                step(.confirm(booking: "b"), 40...90), step(.see(.booked), 100...110)))
    }

    @Test func `Two cannot hold a seat at one time`() {
        #expect(
            !isPossible(
                step(.hold("a", until: deadline(11_000)), 0...10), step(.hold("b", until: deadline(11_000)), 20...30)))
    }

    @Test func `A hold is exclusive until its deadline, and gone after it`() {
        let first = step(.hold("a", until: deadline(1_000)), 0...10)
        #expect(isPossible(first, step(.see(.held), 900...950), step(.see(.available), 1_020...1_030)))
        #expect(isPossible(first, step(.hold("b", until: deadline(3_000)), 1_020...1_030)))
        #expect(!isPossible(first, step(.hold("b", until: deadline(3_000)), 900...950)))
        #expect(!isPossible(first, step(.see(.available), 900...950)))
        #expect(!isPossible(first, step(.see(.held), 1_020...1_030)))
        #expect(!isPossible(first, step(.seeGone(hold: "a"), 900...950)))
        #expect(isPossible(first, step(.seeGone(hold: "a"), 1_020...1_030)))
    }

    @Test func `An extension moves the deadline`() {
        let hold = step(.hold("a", until: deadline(1_000)), 0...10)
        let extension_ = step(.extend("a", until: deadline(2_000)), 500...510)
        #expect(isPossible(hold, extension_, step(.see(.held), 1_500...1_510), step(.see(.available), 2_100...2_110)))
        #expect(!isPossible(hold, extension_, step(.see(.available), 1_500...1_510)))
    }

    @Test func `What is sold stays sold until it is cancelled`() {
        let sale = [
            step(.hold("a", until: deadline(1_000)), 0...10), step(.book(hold: "a", booking: "b"), 20...30),
            step(.confirm(booking: "b"), 20...100),
        ]
        #expect(!isPossible(sale + [step(.see(.available), 2_000...2_010)]))
        #expect(!isPossible(sale + [step(.hold("c", until: deadline(9_000)), 2_000...2_010)]))
        #expect(isPossible(sale + [step(.cancel(booking: "b"), 200...210), step(.see(.available), 300...310)]))
    }

    @Test func `A failed booking gives its seat back to the hold`() {
        let failure = [
            step(.hold("a", until: deadline(1_000)), 0...10), step(.book(hold: "a", booking: "b"), 20...30),
            step(.fail(booking: "b"), 20...100),
        ]
        #expect(isPossible(failure + [step(.see(.held), 1_500...1_510), step(.see(.available), 70_000...70_010)]))
        #expect(!isPossible(failure + [step(.see(.available), 200...210)]))
    }

    @Test func `A request without an answer may have taken effect, or not, or later`() {
        let unanswered = optional(.hold("?", until: Deadline(earliest: .zero, latest: Deadline.never)), from: 10)
        #expect(isPossible(unanswered, step(.see(.held), 100...110)))
        #expect(isPossible(unanswered, step(.see(.available), 100...110)))
        #expect(isPossible(unanswered, step(.see(.available), 100...110), step(.see(.held), 200...210)))
        #expect(!isPossible(unanswered, step(.see(.held), 0...5)))
        #expect(!isPossible(unanswered, step(.see(.booked), 100...110)))
    }

    @Test func `A release without an answer may be undone by a crash`() {
        let hold = step(.hold("a", until: deadline(5_000)), 0...10)
        let release = optional(.release("a"), from: 100)
        #expect(isPossible(hold, release, step(.see(.available), 200...210), step(.see(.held), 300...310)))
        #expect(
            !isPossible(
                hold, step(.release("a"), 100...110), step(.see(.available), 200...210), step(.see(.held), 300...310)))
    }

    @Test func `Concurrent requests are possible in the one order that explains them`() {
        #expect(
            isPossible(
                step(.release("a"), 50...200), step(.hold("a", until: deadline(9_000)), 0...100),
                step(.hold("b", until: deadline(9_000)), 60...190), step(.see(.held), 60...100)))
    }

    private func isPossible(_ steps: SeatStep...) -> Bool { isPossible(steps) }

    private func isPossible(_ steps: [SeatStep]) -> Bool {
        var search = SeatSearch(steps)
        return search.verdict() == .possible
    }

    private func step(_ effect: SeatStep.Effect, _ milliseconds: ClosedRange<Int>) -> SeatStep {
        SeatStep(
            effect: effect, earliest: .milliseconds(milliseconds.lowerBound),
            latest: .milliseconds(milliseconds.upperBound), source: "\(effect)")
    }

    private func optional(_ effect: SeatStep.Effect, from milliseconds: Int) -> SeatStep {
        SeatStep(
            effect: effect, earliest: .milliseconds(milliseconds), latest: Deadline.never, isOptional: true,
            source: "\(effect)")
    }

    private func deadline(_ milliseconds: Int) -> Deadline {
        Deadline(earliest: .milliseconds(milliseconds), latest: .milliseconds(milliseconds + 10))
    }
}
