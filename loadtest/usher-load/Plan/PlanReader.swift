import NIOCore
import Yams

/// Reads a scenario file. Everything in it must be known: a misspelt key would otherwise be a test of something else.
enum PlanReader {
    private static let keys = ["description", "scenarios", "thresholds", "setup", "tags"]

    /// - Parameter file: Its name, for complaints.
    static func read(_ yaml: String, file: String) throws(PlanError) -> Plan {
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch {
            throw PlanError("\(file) is no valid YAML: \(error)")
        }
        let fields = try Fields(root ?? .mapping(Node.Mapping([])), path: "", file: file, allowed: keys)
        var plan = Plan()
        plan.description = try fields.text("description") ?? ""
        plan.tags = try fields.texts("tags")
        plan.setup = try setup(fields)
        plan.scenarios = try scenarios(fields)
        plan.thresholds = try thresholds(fields)
        return plan
    }

    private static func setup(_ fields: Fields) throws(PlanError) -> SetupPlan {
        let keys = [
            "events", "seats", "seatsPerRow", "customers", "holdSeconds", "unitsPerCustomer", "price",
        ]
        var setup = SetupPlan()
        guard let fields = try fields.fields("setup", allowed: keys) else { return setup }
        setup.events = try fields.count("events", 0...10_000) ?? setup.events
        setup.seats = try fields.count("seats", 1...1_000_000) ?? setup.seats
        setup.seatsPerRow = try fields.count("seatsPerRow", 1...10_000) ?? setup.seatsPerRow
        setup.customers = try fields.count("customers", 0...100_000) ?? setup.customers
        setup.holdSeconds = try fields.count("holdSeconds", 10...3600) ?? setup.holdSeconds
        setup.unitsPerCustomer = try fields.count("unitsPerCustomer", 1...100) ?? setup.unitsPerCustomer
        setup.price = try fields.count("price", 0...1_000_000) ?? setup.price
        return setup
    }

    // MARK: - Scenarios

    private static func scenarios(_ fields: Fields) throws(PlanError) -> [ScenarioPlan] {
        guard let all = try fields.fields("scenarios", allowed: []), !all.keys.isEmpty else {
            throw fields.error("scenarios", "is missing: name at least one")
        }
        var plans: [ScenarioPlan] = []
        for name in all.keys {
            let common = ["executor", "exec", "env", "tags", "startTime", "gracefulStop"]
            let own = [
                "vus", "duration", "startVUs", "stages", "rate", "startRate", "timeUnit", "preAllocatedVUs", "maxVUs",
            ]
            guard let scenario = try all.fields(name, allowed: common + own) else {
                throw all.error(name, "is empty")
            }
            plans.append(try read(scenario, name: name))
        }
        return plans
    }

    private static func read(_ fields: Fields, name: String) throws(PlanError) -> ScenarioPlan {
        let exec = try fields.required("exec", fields.text("exec"))
        guard Journeys.named(exec) != nil else {
            throw fields.error("exec", "is \(exec), and must be one of \(Journeys.names.joined(separator: ", "))")
        }
        var plan = ScenarioPlan(name: name, executor: try executor(fields), exec: exec)
        plan.env = try fields.texts("env")
        plan.tags = try fields.texts("tags")
        plan.startTime = try fields.duration("startTime") ?? plan.startTime
        plan.gracefulStop = try fields.duration("gracefulStop") ?? plan.gracefulStop
        return plan
    }

    private static func executor(_ fields: Fields) throws(PlanError) -> Executor {
        let name = try fields.required("executor", fields.text("executor"))
        switch name {
        case "constant-vus":
            try refuse(
                fields, name, ["startVUs", "stages", "rate", "startRate", "timeUnit", "preAllocatedVUs", "maxVUs"])
            return .constantVUs(vus: try vus(fields, "vus") ?? 1, duration: try duration(fields))
        case "ramping-vus":
            try refuse(fields, name, ["vus", "duration", "rate", "startRate", "timeUnit", "preAllocatedVUs", "maxVUs"])
            return .rampingVUs(
                start: try fields.count("startVUs", 0...vusLimit) ?? 1, stages: try stages(fields, limit: vusLimit))
        case "constant-arrival-rate":
            try refuse(fields, name, ["vus", "startVUs", "stages", "startRate"])
            return .constantArrivalRate(
                rate: try fields.required("rate", fields.rate("rate")), timeUnit: try timeUnit(fields),
                duration: try duration(fields), crew: try crew(fields))
        case "ramping-arrival-rate":
            try refuse(fields, name, ["vus", "startVUs", "rate", "duration"])
            return .rampingArrivalRate(
                start: try fields.rate("startRate") ?? 0, timeUnit: try timeUnit(fields),
                stages: try stages(fields, limit: 10_000_000), crew: try crew(fields))
        default:
            throw fields.error(
                "executor", "is \(name), and must be one of \(Executor.names.joined(separator: ", "))")
        }
    }

    static let vusLimit = 100_000

    private static func vus(_ fields: Fields, _ key: String) throws(PlanError) -> Int? {
        try fields.count(key, 1...vusLimit)
    }

    private static func duration(_ fields: Fields) throws(PlanError) -> TimeAmount {
        try fields.required("duration", fields.duration("duration"))
    }

    private static func timeUnit(_ fields: Fields) throws(PlanError) -> TimeAmount {
        let unit = try fields.duration("timeUnit") ?? .seconds(1)
        guard unit > .zero else { throw fields.error("timeUnit", "must be longer than nothing") }
        return unit
    }

    private static func crew(_ fields: Fields) throws(PlanError) -> Executor.Crew {
        let preallocated = try fields.required("preAllocatedVUs", vus(fields, "preAllocatedVUs"))
        let most = try vus(fields, "maxVUs") ?? preallocated
        guard most >= preallocated else {
            throw fields.error("maxVUs", "is \(most), and must not be less than preAllocatedVUs, \(preallocated)")
        }
        return Executor.Crew(preallocated: preallocated, most: most)
    }

    private static func stages(_ fields: Fields, limit: Int) throws(PlanError) -> [Executor.Stage] {
        var stages: [Executor.Stage] = []
        for stage in try fields.list("stages", allowed: ["duration", "target"]) {
            let target = try stage.required("target", stage.count("target", 0...limit))
            stages.append(Executor.Stage(duration: try duration(stage), target: Double(target)))
        }
        return stages
    }

    /// A key of another executor does nothing, which its author does not know.
    private static func refuse(_ fields: Fields, _ executor: String, _ keys: [String]) throws(PlanError) {
        for key in keys where fields[key] != nil {
            throw fields.error(key, "is not for the executor \(executor)")
        }
    }

    // MARK: - Thresholds

    private static func thresholds(_ fields: Fields) throws(PlanError) -> [Threshold] {
        guard let all = try fields.fields("thresholds", allowed: []) else { return [] }
        var thresholds: [Threshold] = []
        for name in all.keys {
            guard let node = all[name] else { continue }
            let expressions = node.sequence.map { $0.map { $0.string ?? "" } } ?? [node.string ?? ""]
            for expression in expressions {
                do throws(PlanError) {
                    thresholds.append(try Threshold(metric: name, expression: expression))
                } catch {
                    throw all.error(name, error.description)
                }
            }
        }
        return thresholds
    }
}
