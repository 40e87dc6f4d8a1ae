import Inventory
import Testing

@testable import Booking

/// Each row is a history and the state that it leads to. Three failures open the breaker for ten seconds.
@Suite struct CircuitBreakerTests {
    enum Step: Sendable {
        /// Asks for leave at a second.
        case may(Bool, at: Int64)
        case succeed
        case fail(at: Int64)
    }

    private static func second(_ second: Int64) -> Moment { Moment(nanoseconds: 0) + .seconds(second) }

    @Test(
        arguments: [
            ([], .closed(failures: 0)),
            ([.may(true, at: 0), .fail(at: 1), .may(true, at: 1), .fail(at: 2)], .closed(failures: 2)),
            ([.fail(at: 1), .fail(at: 2), .succeed], .closed(failures: 0)),
            ([.fail(at: 1), .succeed, .fail(at: 2), .fail(at: 3)], .closed(failures: 2)),
            ([.fail(at: 1), .fail(at: 2), .fail(at: 3)], .open(until: second(13))),
            // Calls that were under way when it opened: a failure tells nothing new, an answer does.
            ([.fail(at: 1), .fail(at: 2), .fail(at: 3), .fail(at: 9)], .open(until: second(13))),
            ([.fail(at: 1), .fail(at: 2), .fail(at: 3), .succeed], .closed(failures: 0)),
            ([.fail(at: 1), .fail(at: 2), .fail(at: 3), .may(false, at: 12)], .open(until: second(13))),
            ([.fail(at: 1), .fail(at: 2), .fail(at: 3), .may(true, at: 13), .may(false, at: 14)], .halfOpen),
            (
                [.fail(at: 1), .fail(at: 2), .fail(at: 3), .may(true, at: 13), .succeed, .may(true, at: 14)],
                .closed(failures: 0)
            ),
            (
                [.fail(at: 1), .fail(at: 2), .fail(at: 3), .may(true, at: 13), .fail(at: 18), .may(false, at: 27)],
                .open(until: second(28))
            ),
        ] as [([Step], CircuitBreaker.State)])
    func `a history leads to one state`(_ steps: [Step], _ state: CircuitBreaker.State) {
        var breaker = CircuitBreaker(threshold: 3, pause: .seconds(10))
        for step in steps {
            switch step {
            case .may(let expected, let second):
                #expect(breaker.permitsCall(at: Self.second(second)) == expected)
            case .succeed: breaker.succeed()
            case .fail(let second): breaker.fail(at: Self.second(second))
            }
        }
        #expect(breaker.state == state)
    }
}
