import Booking
import Inventory

/// Looks at what the node needs: at most once a second however many ask, and for a second at most.
///
/// A check that takes longer goes on by itself, and is not begun again before it has ended.
actor Readiness {
    private static let lifetime = Duration.seconds(1)
    private static let patience = Duration.seconds(1)

    private let checks: [ReadinessCheck]
    private let clock: any BookingClock
    private var findings: [ReadinessBody.Check]
    private var started: [Int: Moment] = [:]
    private var waiter: CheckedContinuation<Void, Never>?
    private var latest: (body: ReadinessBody, seenAt: Moment)?
    private var look: Task<ReadinessBody, Never>?

    init(checks: [ReadinessCheck], clock: any BookingClock) {
        self.checks = checks
        self.clock = clock
        findings = checks.map { ReadinessBody.Check($0, .timedOut, after: .zero) }
    }

    /// What was found, a second ago at most.
    func body() async -> ReadinessBody {
        if let latest, clock.now - latest.seenAt < Self.lifetime { return latest.body }
        if let look { return await look.value }
        let look = Task { await self.lookAtAll() }
        self.look = look
        return await look.value
    }

    private func lookAtAll() async -> ReadinessBody {
        for index in checks.indices where started[index] == nil { start(index) }
        let deadline = clock.now + Self.patience
        let timer = Task {
            try await clock.sleep(until: deadline)
            stopWaiting()
        }
        if !started.isEmpty { await withCheckedContinuation { waiter = $0 } }
        timer.cancel()
        for (index, start) in started {
            findings[index] = ReadinessBody.Check(checks[index], .timedOut, after: clock.now - start)
        }
        let body = ReadinessBody(checks: findings)
        latest = (body, clock.now)
        look = nil
        return body
    }

    private func start(_ index: Int) {
        started[index] = clock.now
        Task { end(index, await checks[index].check() ? .up : .down) }
    }

    private func end(_ index: Int, _ state: ReadinessBody.State) {
        guard let start = started.removeValue(forKey: index) else { return }
        findings[index] = ReadinessBody.Check(checks[index], state, after: clock.now - start)
        if started.isEmpty { stopWaiting() }
    }

    private func stopWaiting() {
        waiter?.resume()
        waiter = nil
    }
}

/// The readiness page.
struct ReadinessBody: Encodable {
    enum State: String, Encodable {
        case up, down
        /// It did not answer within a second.
        case timedOut = "timed_out"
    }

    struct Check: Encodable {
        let name: String
        let required: Bool
        let state: State
        let latencyMs: Double

        private enum CodingKeys: String, CodingKey {
            case name, required, state
            case latencyMs = "latency_ms"
        }

        init(_ check: ReadinessCheck, _ state: State, after latency: Duration) {
            name = check.name
            required = check.isRequired
            self.state = state
            latencyMs = (latency / .microseconds(1)).rounded() / 1_000
        }
    }

    let status: String
    let checks: [Check]

    /// Ready is who can sell; degraded, who can do it although something is missing.
    init(checks: [Check]) {
        self.checks = checks
        if checks.contains(where: { $0.required && $0.state != .up }) {
            status = "unavailable"
        } else {
            status = checks.allSatisfy { $0.state == .up } ? "ready" : "degraded"
        }
    }
}
