import Testing

@testable import Simulation

@Suite(.timeLimit(.minutes(2))) struct SimulatorTests {
    @Test func `the same seed gives the same trace`() {
        let simulator = Simulator(schedules: 1, seed: 0)
        for seed in UInt64(1)...10 {
            #expect(simulator.trace(seed: seed) == simulator.trace(seed: seed))
        }
    }

    @Test func `seeded schedules break no promise`() async {
        let report = await Simulator(schedules: 300, seed: 1).run(threads: 2)
        #expect(report.failure == nil, "\(report)")
    }
}
