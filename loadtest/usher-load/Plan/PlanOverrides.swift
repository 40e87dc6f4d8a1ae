import NIOCore

/// What the command line changes in a plan.
struct PlanOverrides: Sendable {
    var vus: Int?
    var duration: TimeAmount?
    /// Iterations a second.
    var rate: Double?

    /// Changes every scenario that has such a thing; when none has, nothing would change, and that is an error.
    func apply(to plan: inout Plan) throws(PlanError) {
        var (hasVUs, hasRate) = (vus == nil, rate == nil)
        for index in plan.scenarios.indices {
            let executor = plan.scenarios[index].executor
            switch executor {
            case .constantVUs(let old, let length):
                plan.scenarios[index].executor = .constantVUs(vus: vus ?? old, duration: duration ?? length)
                hasVUs = true
            case .rampingVUs(let start, let stages):
                let most = max(1, executor.most)
                plan.scenarios[index].executor = .rampingVUs(
                    start: vus.map { start * $0 / most } ?? start,
                    stages: scaled(stages, vus.map { Double($0) / Double(most) }, executor.duration))
                hasVUs = true
            case .constantArrivalRate(let old, let unit, let length, let crew):
                plan.scenarios[index].executor = .constantArrivalRate(
                    rate: rate ?? old, timeUnit: rate == nil ? unit : .seconds(1), duration: duration ?? length,
                    crew: sized(crew))
                hasRate = true
                hasVUs = true
            case .rampingArrivalRate(let start, let unit, let stages, let crew):
                let peak = max(start, stages.map(\.target).max() ?? 0)
                let factor = rate.flatMap { peak > 0 ? $0 * unit.inSeconds / peak : nil }
                plan.scenarios[index].executor = .rampingArrivalRate(
                    start: start * (factor ?? 1), timeUnit: unit, stages: scaled(stages, factor, executor.duration),
                    crew: sized(crew))
                hasRate = true
                hasVUs = true
            }
        }
        guard hasVUs else { throw PlanError("--vus: no scenario has virtual users to change") }
        guard hasRate else { throw PlanError("--rate: no scenario has an arrival rate; give --vus") }
    }

    /// The same shape, higher or lower, longer or shorter.
    private func scaled(_ stages: [Executor.Stage], _ factor: Double?, _ whole: TimeAmount) -> [Executor.Stage] {
        let stretch = duration.map { whole > .zero ? $0.inSeconds / whole.inSeconds : 1 } ?? 1
        return stages.map { stage in
            Executor.Stage(
                duration: .nanoseconds(Int64(Double(stage.duration.nanoseconds) * stretch)),
                target: stage.target * (factor ?? 1))
        }
    }

    private func sized(_ crew: Executor.Crew) -> Executor.Crew {
        guard let vus else { return crew }
        return Executor.Crew(preallocated: min(vus, crew.preallocated), most: vus)
    }
}
