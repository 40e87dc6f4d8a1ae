import Testing

@testable import Simulation

@Suite struct ShrinkerTests {
    private func line(_ number: Int) -> ScheduleLine {
        ScheduleLine(number: number, command: .wait(.milliseconds(number)))
    }

    private func shrunk(_ count: Int, isBroken: @escaping ([Int]) -> Bool) -> [Int] {
        let violation = Violation(promise: .i1, message: "broken", step: count)
        var shrinker = Shrinker<ScheduleLine> { isBroken($0.map(\.number)) ? violation : nil }
        return shrinker.shrink((1...count).map(line), violation).0.map(\.number)
    }

    @Test func `what is not needed is left out, and the rest stays in order`() {
        #expect(shrunk(60) { $0.contains(7) && $0.contains(41) } == [7, 41])
    }

    @Test func `a schedule that needs all its lines keeps them`() {
        #expect(shrunk(5) { $0.count == 5 } == [1, 2, 3, 4, 5])
    }

    @Test func `what a broken promise does not need at all is nothing`() {
        #expect(shrunk(20) { _ in true } == [])
    }
}
