import Booking
import Inventory
import Synchronization

/// Charges at once, except for `tok_chargeDeclined`, and for `tok_wait`, which waits until `payNow`.
final class TestGateway: PaymentGateway {
    private struct State {
        var isPaying = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func charge(_ charge: Charge) async throws(PaymentError) -> String {
        if charge.token == "tok_chargeDeclined" {
            throw PaymentError(.declined, "The card was declined.")
        }
        if charge.token == "tok_wait" { await untilPaying() }
        return "ch_\(charge.booking.own)"
    }

    func refund(_ refund: Refund) async throws(PaymentError) {}

    func lookUp(_ charge: Charge) async throws(PaymentError) -> ChargeState { .unknown }

    func payNow() {
        let waiting = state.withLock { state in
            state.isPaying = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }

    private func untilPaying() async {
        await withCheckedContinuation { continuation in
            let isPaying = state.withLock { state in
                if !state.isPaying { state.waiting.append(continuation) }
                return state.isPaying
            }
            if isPaying { continuation.resume() }
        }
    }
}
