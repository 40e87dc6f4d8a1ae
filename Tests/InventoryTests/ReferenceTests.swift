import Simulation
import Testing

@Suite struct ReferenceTests {
    @Test func `all sequences of commands on a tiny inventory agree with the reference`() throws {
        let sequences = try ExhaustiveWalk(length: 4, branchesOnRefused: true)
        let states = try ExhaustiveWalk(length: 8)
        #expect(sequences.commands > 50_000)
        #expect(states.commands > 50_000)
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `a random walk agrees with the reference`(seed: UInt64) throws {
        _ = try RandomWalk(seed: seed, steps: 150)
    }

    @Test func `places that are given back twice are found`() {
        #expect(throws: (any Error).self) {
            for seed in 0..<2_000 as Range<UInt64> {
                _ = try RandomWalk(seed: seed, steps: 150, mistake: .cancelsTwice)
            }
        }
    }
}
