/// A time without a store, and what customers were promised for it.
struct Outage: Sendable {
    enum Promise: Sendable {
        /// Nobody notices.
        case salesGoOn
        /// Bookings are refused with 503, at once.
        case bookingsAreRefused
    }

    /// For a person: "without Redis".
    let name: String
    let promise: Promise
    let span: ClosedRange<Instant>

    /// In each of these somebody gets something, however busy the machine is.
    private static let slice = Duration.seconds(10)
    /// At once, on a machine that has much else to do.
    private static let longestRefusal = Duration.seconds(3)

    /// What came of it, for the report.
    func summary(of operations: [Operation]) -> String {
        let asked = asked(of: operations)
        let refused = bookings(asked).filter { $0.status == 503 }
        let slowest = refused.map { $0.answered - $0.sent }.max().map { ", the slowest after \($0.text)" } ?? ""
        return "\(asked.count(where: \.isHeld)) holds, \(asked.count(where: \.isAccepted)) bookings; "
            + "\(refused.count) bookings refused with 503\(slowest)"
    }

    func violations(in operations: [Operation]) -> [String] {
        let asked = asked(of: operations)
        let found =
            switch promise {
            case .salesGoOn: failures(asked) + droughts(asked)
            case .bookingsAreRefused: sales(bookings(asked)) + otherRefusals(bookings(asked))
            }
        return found.map { "\(name): \($0)" }
    }

    private func asked(of operations: [Operation]) -> [Operation] {
        operations.filter { operation in
            guard span.contains(operation.sent), operation.answer != .notSent else { return false }
            return switch operation.request {
            case .hold, .book: true
            case .extend, .release, .cancel, .look: false
            }
        }
    }

    private func bookings(_ asked: [Operation]) -> [Operation] {
        asked.filter { if case .book = $0.request { true } else { false } }
    }

    private func failures(_ asked: [Operation]) -> [String] {
        let failed = asked.filter(\.hasFailed)
        guard let first = failed.first else { return [] }
        return [
            "\(failed.count) holds and bookings failed, the first one, at \(first.sent.text), with "
                + "\(first.status.map(String.init) ?? "no answer")"
        ]
    }

    /// Times in which nobody got anything.
    private func droughts(_ asked: [Operation]) -> [String] {
        let count = max(1, Int((span.upperBound - span.lowerBound) / Self.slice))
        let length = (span.upperBound - span.lowerBound) / count
        return (0..<count).flatMap { number in
            let slice = span.lowerBound + length * number..<span.lowerBound + length * (number + 1)
            let inSlice = asked.filter { slice.contains($0.sent) }
            let time = "between \(slice.lowerBound.text) and \(slice.upperBound.text)"
            return (inSlice.contains(where: \.isHeld) ? [] : ["no hold was granted \(time)"])
                + (inSlice.contains(where: \.isAccepted) ? [] : ["no booking was accepted \(time)"])
        }
    }

    private func sales(_ bookings: [Operation]) -> [String] {
        bookings.filter { $0.isAccepted && $0.answered <= span.upperBound }.prefix(1).map {
            "a booking was accepted at \($0.answered.text)"
        }
    }

    /// A refusal for the customer's own reasons is none of the outage's.
    private func otherRefusals(_ bookings: [Operation]) -> [String] {
        let failed = bookings.filter(\.hasFailed)
        let wrong = failed.filter { $0.status != 503 }.map {
            "a booking failed with \($0.status ?? 0) at \($0.sent.text)"
        }
        let slow = failed.filter { $0.status == 503 && $0.answered - $0.sent > Self.longestRefusal }.map {
            "a booking was refused only after \(($0.answered - $0.sent).text)"
        }
        return (failed.isEmpty ? ["no booking was refused"] : []) + wrong + slow
    }
}

extension Operation {
    fileprivate var isHeld: Bool { if case .held = answer { true } else { false } }

    fileprivate var isAccepted: Bool { if case .accepted = answer { true } else { false } }
}
