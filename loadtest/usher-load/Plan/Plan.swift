import NIOCore

/// A scenario file.
struct Plan: Sendable {
    var description = ""
    var scenarios: [ScenarioPlan] = []
    var thresholds: [Threshold] = []
    var setup = SetupPlan()
    var tags: Tags = [:]
}

/// What must be there before the first request.
struct SetupPlan: Sendable, Equatable {
    var events = 1
    /// Of each event, in one seated section.
    var seats = 10_000
    var seatsPerRow = 100
    var customers = 64
    var holdSeconds = 600
    var unitsPerCustomer = 100
    var price = 4500
}

/// A crowd of virtual users that does one thing.
struct ScenarioPlan: Sendable {
    var name: String
    var executor: Executor
    /// The journey's name.
    var exec: String
    var env: [String: String] = [:]
    var tags: Tags = [:]
    var startTime = TimeAmount.zero
    /// How long iterations may go on after the end.
    var gracefulStop = TimeAmount.seconds(30)
}

/// How virtual users come and go, and when their iterations begin.
enum Executor: Sendable, Equatable {
    case constantVUs(vus: Int, duration: TimeAmount)
    case rampingVUs(start: Int, stages: [Stage])
    case constantArrivalRate(rate: Double, timeUnit: TimeAmount, duration: TimeAmount, crew: Crew)
    case rampingArrivalRate(start: Double, timeUnit: TimeAmount, stages: [Stage], crew: Crew)

    /// The target is reached at the end of the time, in a straight line.
    struct Stage: Sendable, Equatable {
        var duration: TimeAmount
        var target: Double
    }

    /// The virtual users of an arrival rate: how many there are from the start, and how many there can be.
    struct Crew: Sendable, Equatable {
        var preallocated: Int
        var most: Int
    }

    /// Nil for looping users.
    var crew: Crew? {
        switch self {
        case .constantArrivalRate(_, _, _, let crew), .rampingArrivalRate(_, _, _, let crew): crew
        case .constantVUs, .rampingVUs: nil
        }
    }

    /// The names in scenario files.
    static let names = ["constant-vus", "ramping-vus", "constant-arrival-rate", "ramping-arrival-rate"]

    var duration: TimeAmount {
        switch self {
        case .constantVUs(_, let duration), .constantArrivalRate(_, _, let duration, _): duration
        case .rampingVUs(_, let stages), .rampingArrivalRate(_, _, let stages, _):
            stages.reduce(.zero) { $0 + $1.duration }
        }
    }

    /// How many virtual users there can be.
    var most: Int {
        switch self {
        case .constantVUs(let vus, _): vus
        case .rampingVUs(let start, let stages): max(start, Int(stages.map(\.target).max() ?? 0))
        case .constantArrivalRate(_, _, _, let crew), .rampingArrivalRate(_, _, _, let crew): crew.most
        }
    }

    /// In k6's words.
    var summary: String {
        switch self {
        case .constantVUs(let vus, let duration): "\(vus) looping VUs for \(PlanDuration.text(duration))"
        case .rampingVUs(_, let stages):
            "Up to \(most) looping VUs for \(PlanDuration.text(duration)) over \(stages.count) stages"
        case .constantArrivalRate(let rate, let unit, let duration, let crew):
            """
            \(Format.number(rate / unit.inSeconds)) iterations/s for \(PlanDuration.text(duration)) \
            (maxVUs: \(crew.preallocated)-\(crew.most))
            """
        case .rampingArrivalRate(let start, let unit, let stages, let crew):
            """
            Up to \(Format.number(max(start, stages.map(\.target).max() ?? 0) / unit.inSeconds)) iterations/s for \
            \(PlanDuration.text(duration)) over \(stages.count) stages (maxVUs: \(crew.preallocated)-\(crew.most))
            """
        }
    }
}

extension TimeAmount {
    var inSeconds: Double { Double(nanoseconds) / 1e9 }
    var inMilliseconds: Double { Double(nanoseconds) / 1e6 }
}

/// What is wrong with a scenario file or an option, with the place and what would be right.
struct PlanError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
