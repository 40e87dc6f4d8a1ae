import Testing

@testable import Simulation

@Suite(.timeLimit(.minutes(3))) struct SimulatorTests {
    @Test func `the same seed gives the same trace, byte for byte`() {
        let simulator = Simulator(schedules: 1, seed: 0)
        for seed in UInt64(1)...20 {
            #expect(simulator.trace(seed: seed) == simulator.trace(seed: seed))
        }
    }

    @Test func `other seeds give other traces`() {
        let simulator = Simulator(schedules: 1, seed: 0)
        #expect(Set((UInt64(1)...20).map { simulator.trace(seed: $0) }).count == 20)
    }

    @Test func `how many schedules run at a time changes nothing`() async {
        let simulator = Simulator(schedules: 40, seed: 7)
        let (alone, together) = (await simulator.run(), await simulator.run(threads: 3))
        #expect(alone.traceHash == together.traceHash)
        #expect(alone.faults == together.faults)
        #expect(alone.schedules == 40)
    }

    @Test func `the engine keeps its promises through a thousand schedules`() async {
        let report = await Simulator(schedules: 1_000, seed: 1).run(threads: 2)
        #expect(report.failure == nil, "\(report)")
        #expect(report.schedules == 1_000)
    }

    @Test func `every kind of fault takes place`() async {
        let report = await Simulator(schedules: 200, seed: 1).run(threads: 2)
        let others = ["holdStoreFlushed", "nodeCrash", "takeover", "strayBooking"]
        #expect(Set(report.faults.keys) == Set(Fault.allCases.map(\.rawValue) + others))
    }

    @Test(arguments: Plant.allCases)
    func `a planted bug is found, and the failing schedule is shrunk and repeats from its seed`(
        _ plant: Plant
    ) async throws {
        let report = await Simulator(schedules: 2_000, seed: 1, plant: plant).run(threads: 2)
        let failure = try #require(report.failure, "\(plant) was not found")
        #expect(failure.commands.count < failure.commandCount)

        let again = await Simulator(schedules: 1, seed: failure.seed, plant: plant).run()
        #expect(again.failure?.violation == failure.violation)
        #expect(again.failure?.commands == failure.commands)
        #expect(again.failure?.shrunkViolation == failure.shrunkViolation)
    }
}
