import DequeModule
import NIOCore

/// The users of one scenario on one lane.
final class LaneCrew {
    let assignment: Assignment
    var users: [VirtualUser] = []
    /// The looping users with a smaller index go on.
    var target = 0
    /// By the users' indices: who loops.
    var isLooping: [Bool] = []
    /// The users that are in an iteration or are about to begin one, or loop.
    var active = 0
    /// Rings when the last user ends after the scenario's end.
    let rest = Lane.Alarm()
    private(set) var hasEnded = false
    private(set) var firstError: String?

    let metrics: CrewMetrics
    private let iterations: Recorder.Counter
    private let durations: Recorder.Distribution
    private let interrupted: Recorder.Counter
    private let broken: Recorder.Counter
    let dropped: Recorder.Counter
    let lateness: Recorder.Distribution

    // Each is resumed once: by `hire`, or by `end`, which both take it out.
    private var idle: Deque<UnsafeContinuation<NIODeadline?, Never>> = []

    init(_ assignment: Assignment, _ recorder: Recorder) {
        self.assignment = assignment
        let tags = assignment.tags
        metrics = CrewMetrics(recorder, tags)
        iterations = recorder.counter(Metric.iterations, tags)
        durations = recorder.trend(Metric.iterationDuration, tags)
        interrupted = recorder.counter(Metric.interrupted, tags)
        broken = recorder.counter(Metric.broken, tags)
        dropped = recorder.counter(Metric.dropped, tags)
        lateness = recorder.trend(Metric.lateness, tags)
    }

    /// Runs the journey once.
    ///
    /// - Parameter intended: When it should have begun; nil when it begins now.
    func iterate(_ user: VirtualUser, intended: NIODeadline?) async {
        let start = intended ?? .now()
        user.begin(intended: intended)
        do {
            try await assignment.journey.iterate(user)
        } catch let failure as RequestFailure {
            // All others are in the requests' own metrics.
            if failure.code == .interrupted { return interrupted.add(1) }
            if firstError == nil { firstError = failure.message }
        } catch {
            broken.add(1)
            if firstError == nil { firstError = "\(error)" }
        }
        iterations.add(1)
        durations.record(.now() - start)
    }

    // MARK: - Users that wait for work

    /// The intended start of a user's next iteration; nil when there will be none.
    func work() async -> NIODeadline? {
        await withUnsafeContinuation { continuation in
            // Here, where nothing comes between: before, the scenario can end while this task is on its way.
            if hasEnded { continuation.resume(returning: nil) } else { idle.append(continuation) }
        }
    }

    /// Gives an iteration to the user that has waited longest, so that all take their turn; false when none waits.
    func hire(at intended: NIODeadline) -> Bool {
        guard let continuation = idle.popFirst() else { return false }
        active += 1
        continuation.resume(returning: intended)
        return true
    }

    // MARK: - The end

    /// Begins no further iteration.
    func end() {
        hasEnded = true
        target = 0
        let waiting = idle
        idle = []
        for continuation in waiting { continuation.resume(returning: nil) }
        if active == 0 { rest.ring() }
    }

    func leave() {
        active -= 1
        if hasEnded, active == 0 { rest.ring() }
    }

    func interrupt() {
        for user in users { user.interrupt() }
    }

    func sweep(at now: NIODeadline) {
        for user in users { user.sweep(at: now) }
    }
}

/// One scenario of a run, as every lane needs it.
struct Assignment: Sendable {
    let plan: ScenarioPlan
    let journey: any Journey
    let world: World
    /// When the scenario begins.
    let start: NIODeadline
    let seed: UInt64
    /// What all its measurements are tagged with.
    let tags: Tags

    func starting(at start: NIODeadline) -> Assignment {
        Assignment(plan: plan, journey: journey, world: world, start: start, seed: seed, tags: tags)
    }

    static let requestTimeout = TimeAmount.seconds(60)
}
