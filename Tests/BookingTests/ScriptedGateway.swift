import Booking
import Inventory
import Synchronization

/// Answers each call as the script says, in turn, and notes when it came.
final class ScriptedGateway: PaymentGateway {
    enum Answer: Sendable {
        case charged(String)
        case fails(PaymentError.Code)
        case found(ChargeState)
        /// Until the caller gives up.
        case never
    }

    struct Call: Equatable, Sendable {
        let name: String
        let at: Duration
    }

    private let script: Mutex<(answers: [Answer], calls: [Call])>
    private let clock: any BookingClock

    init(_ answers: [Answer], clock: any BookingClock) {
        script = Mutex((answers, []))
        self.clock = clock
    }

    var calls: [Call] { script.withLock { $0.calls } }

    func charge(_ charge: Charge) async throws(PaymentError) -> String {
        if case .charged(let id) = try await answer(to: "charge") { return id }
        throw PaymentError(.declined, "The script has no charge here.")
    }

    func refund(_ refund: Refund) async throws(PaymentError) {
        _ = try await answer(to: "refund")
    }

    func lookUp(_ charge: Charge) async throws(PaymentError) -> ChargeState {
        if case .found(let state) = try await answer(to: "lookUp") { return state }
        throw PaymentError(.declined, "The script has no state here.")
    }

    private func answer(to name: String) async throws(PaymentError) -> Answer {
        let call = Call(name: name, at: clock.now - Moment(nanoseconds: 0))
        let answer = script.withLock { script in
            script.calls.append(call)
            return script.answers.isEmpty ? .fails(.declined) : script.answers.removeFirst()
        }
        switch answer {
        case .fails(let code): throw PaymentError(code, "As the script says.")
        case .never:
            try? await clock.sleep(until: Moment(nanoseconds: .max))
            throw PaymentError(.unanswered, "The caller gave up.")
        case .charged, .found: return answer
        }
    }
}
