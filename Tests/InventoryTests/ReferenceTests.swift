import Simulation
import Testing

@Suite struct ReferenceTests {
    @Test func `all sequences of commands on a tiny inventory agree with the reference`() throws {
        let sequences = try ExhaustiveWalk(length: 4, branchesOnRefused: true)
        let states = try ExhaustiveWalk(length: 8)
        #expect(sequences.commands > 50_000)
        #expect(states.commands > 50_000)
    }
}
