/// What a run of the simulator found.
public struct SimulationReport: Sendable {
    /// A schedule that broke a promise.
    public struct Failure: Sendable {
        /// Repeats the schedule, with the same number of steps and the same plant.
        public let seed: UInt64
        /// What was broken.
        public let violation: Violation
        /// The commands of the schedule.
        public let commandCount: Int
        /// The shortest list of commands found that still breaks a promise, one a line.
        public let commands: [String]
        /// What those break.
        public let shrunkViolation: Violation
        /// What happened while those were carried out: nanoseconds, and what.
        public let trace: [String]
    }

    /// Schedules that were run.
    public internal(set) var schedules = 0
    /// Commands that were carried out.
    public internal(set) var steps = 0
    /// Faults that took place, by name.
    public internal(set) var faults: [String: Int] = [:]
    /// Payments that came after their bookings had failed: sold after all, or given back.
    public internal(set) var latePayments = 0
    /// The same for the same seed, in every process.
    public internal(set) var traceHash: UInt64 = 0
    /// The first failure; the run ends with it.
    public internal(set) var failure: Failure?
}
