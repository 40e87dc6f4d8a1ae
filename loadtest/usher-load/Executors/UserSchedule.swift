import NIOCore

/// How many virtual users loop, and from when on.
struct UserSchedule: Sendable {
    struct Step: Sendable, Equatable {
        /// From the scenario's start.
        var time: TimeAmount
        var users: Int
    }

    private(set) var steps: [Step] = []
    let end: TimeAmount

    /// nil for the executors that have an arrival rate.
    init?(_ executor: Executor) {
        end = executor.duration
        switch executor {
        case .constantVUs(let vus, _): steps = [Step(time: .zero, users: vus)]
        case .rampingVUs(let start, let stages):
            steps = [Step(time: .zero, users: start)]
            var (time, users) = (TimeAmount.zero, start)
            for stage in stages {
                append(stage, from: users, at: time)
                (time, users) = (time + stage.duration, Int(stage.target))
            }
        case .constantArrivalRate, .rampingArrivalRate: return nil
        }
    }

    /// One step for each user that comes or goes, evenly over the stage; the last of them at its end.
    private mutating func append(_ stage: Executor.Stage, from users: Int, at start: TimeAmount) {
        let change = Int(stage.target) - users
        guard change != 0 else { return }
        for number in 1...abs(change) {
            let share = Double(number) / Double(abs(change))
            let time = start + .nanoseconds(Int64(Double(stage.duration.nanoseconds) * share))
            steps.append(Step(time: time, users: users + number * change.signum()))
        }
    }
}
