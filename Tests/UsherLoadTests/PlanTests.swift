import NIOCore
import Testing

@testable import UsherLoad

@Suite struct PlanTests {
    @Test func `The scenarios that come with the program can be read`() throws {
        #expect(!ShippedScenarios.names.isEmpty)
        for name in ShippedScenarios.names {
            let yaml = try #require(ShippedScenarios.yaml(name))
            let plan = try PlanReader.read(yaml, file: name)
            #expect(!plan.description.isEmpty, "\(name)")
            #expect(!plan.thresholds.isEmpty, "\(name)")
        }
    }

    @Test func `A file says all that a plan has`() throws {
        let plan = try PlanReader.read(
            """
            description: two crowds
            tags: {build: "7"}
            setup: {events: 3, seats: 20, customers: 5}
            scenarios:
              first:
                executor: ramping-arrival-rate
                exec: hold
                startRate: 60
                timeUnit: 1m
                preAllocatedVUs: 2
                maxVUs: 9
                startTime: 5s
                gracefulStop: 0s
                stages: [{duration: 1m30s, target: 120}, {duration: 500ms, target: 0}]
                env: {SEATS: "10"}
              second: {executor: constant-vus, exec: hold, vus: 4, duration: 10s}
            thresholds:
              "http_req_duration{name:hold}": [p(99)<50, avg<=10]
              checks: rate>0.99
            """, file: "x.yaml")
        let first = plan.scenarios[0]
        #expect(first.name == "first" && plan.scenarios[1].name == "second")
        #expect(
            first.executor
                == .rampingArrivalRate(
                    start: 60, timeUnit: .seconds(60),
                    stages: [
                        Executor.Stage(duration: .seconds(90), target: 120),
                        Executor.Stage(duration: .milliseconds(500), target: 0),
                    ], crew: Executor.Crew(preallocated: 2, most: 9)))
        #expect(first.startTime == .seconds(5) && first.gracefulStop == .zero && first.env == ["SEATS": "10"])
        #expect(plan.scenarios[1].executor == .constantVUs(vus: 4, duration: .seconds(10)))
        #expect(plan.setup.events == 3 && plan.setup.seats == 20 && plan.setup.customers == 5)
        #expect(plan.tags == ["build": "7"])
        #expect(plan.thresholds.count == 3)
    }

    /// What is changed in a good file, and what the complaint begins with.
    @Test(arguments: [
        ("vus: 4", "vsu: 4", "x.yaml:6: scenarios.a.vsu is not known; allowed are executor, exec,"),
        ("vus: 4", "vus: many", "x.yaml:6: scenarios.a.vus is many, and must be a whole number from 1 to 100000"),
        ("vus: 4", "rate: 4", "x.yaml:6: scenarios.a.rate is not for the executor constant-vus"),
        ("duration: 1s", "duration: soon", "x.yaml:5: scenarios.a.duration is soon, and must be a time such as 500ms"),
        ("duration: 1s", "gracefulStop: 1s", "x.yaml:3: scenarios.a.duration is missing"),
        ("exec: hold", "exec: steal", "x.yaml:4: scenarios.a.exec is steal, and must be one of "),
        (
            "constant-vus", "constant-vu",
            "x.yaml:3: scenarios.a.executor is constant-vu, and must be one of constant-vus"
        ),
        ("checks: rate>0.9", "checks: rate~0.9", "x.yaml:8: thresholds.checks has 'rate~0.9', and must be a statistic"),
        ("checks: rate>0.9", "checks: p(101)<9", "x.yaml:8: thresholds.checks has 'p(101)<9', and must be a statistic"),
        (
            "checks: rate>0.9", "\"checks{name}\": rate>0.9",
            "x.yaml:8: thresholds.checks{name} has 'name' between its braces"
        ),
        ("thresholds:", "threshold:", "x.yaml:7: threshold is not known; allowed are description, scenarios,"),
        ("scenarios:", "- scenarios", "x.yaml is no valid YAML"),
    ])
    func `A mistake is told with its place and with what is allowed`(good: String, bad: String, complaint: String) {
        let file = """
            scenarios:
              a:
                executor: constant-vus
                exec: hold
                duration: 1s
                vus: 4
            thresholds:
              checks: rate>0.9
            """.replacing(good, with: bad)
        let error = #expect(throws: PlanError.self) { try PlanReader.read(file, file: "x.yaml") }
        #expect(error?.description.hasPrefix(complaint) == true, "\(error?.description ?? "")")
    }

    @Test func `An empty file lacks its scenarios`() {
        let error = #expect(throws: PlanError.self) { try PlanReader.read("", file: "x.yaml") }
        #expect(error?.description.contains("scenarios is missing") == true)
    }

    @Test func `The command line changes the height and the length of a plan, not its shape`() throws {
        let stages = [
            Executor.Stage(duration: .seconds(1), target: 100), Executor.Stage(duration: .seconds(3), target: 50),
        ]
        var plan = Plan()
        plan.scenarios = [
            ScenarioPlan(
                name: "a",
                executor: .rampingArrivalRate(
                    start: 10, timeUnit: .seconds(1), stages: stages, crew: Executor.Crew(preallocated: 8, most: 10)),
                exec: "hold")
        ]
        try PlanOverrides(vus: 4, duration: .seconds(8), rate: 1000).apply(to: &plan)
        #expect(
            plan.scenarios[0].executor
                == .rampingArrivalRate(
                    start: 100, timeUnit: .seconds(1),
                    stages: [
                        Executor.Stage(duration: .seconds(2), target: 1000),
                        Executor.Stage(duration: .seconds(6), target: 500),
                    ], crew: Executor.Crew(preallocated: 4, most: 4)))
        plan.scenarios[0].executor = .constantVUs(vus: 1, duration: .seconds(1))
        #expect(throws: PlanError.self) { try PlanOverrides(rate: 5).apply(to: &plan) }
    }
}
