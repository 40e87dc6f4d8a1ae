import NIOCore
import Testing

@testable import UsherLoad

@Suite struct ScheduleTests {
    private let crew = Executor.Crew(preallocated: 1, most: 1)

    @Test func `A constant rate begins evenly, and first at once`() throws {
        let schedule = try #require(
            ArrivalSchedule(
                .constantArrivalRate(rate: 300, timeUnit: .seconds(60), duration: .seconds(2), crew: crew)))
        #expect(schedule.count == 10)
        let times = try (0..<10).map { try #require(schedule.time(of: $0)).inMilliseconds }
        for (index, time) in times.enumerated() { #expect(abs(time - Double(index) * 200) < 0.001) }
        #expect(schedule.time(of: 10) == nil)
    }

    @Test func `A rate that rises begins ever faster, and as many as its mean`() throws {
        let schedule = try #require(
            ArrivalSchedule(
                .rampingArrivalRate(
                    start: 0, timeUnit: .seconds(1),
                    stages: [
                        Executor.Stage(duration: .seconds(10), target: 100),
                        Executor.Stage(duration: .zero, target: 20),
                        Executor.Stage(duration: .seconds(5), target: 20),
                        Executor.Stage(duration: .seconds(10), target: 0),
                    ], crew: crew)))
        #expect(schedule.count == 500 + 100 + 100)
        let times = try (0..<700).map { try #require(schedule.time(of: $0)).inSeconds }
        #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
        // Half of the rate is reached after half of the time, when a quarter has come.
        #expect(abs(times[125] - 5) < 0.001)
        #expect(abs(times[550] - 12.5) < 0.001)
        #expect(times[699] <= 25)
    }

    @Test func `A rate of nothing begins nothing`() throws {
        let schedule = try #require(
            ArrivalSchedule(.constantArrivalRate(rate: 0, timeUnit: .seconds(1), duration: .seconds(2), crew: crew)))
        #expect(schedule.count == 0)
        #expect(schedule.time(of: 0) == nil)
    }

    @Test func `Looping users come and go evenly over a stage`() throws {
        let schedule = try #require(
            UserSchedule(
                .rampingVUs(
                    start: 1,
                    stages: [
                        Executor.Stage(duration: .seconds(2), target: 3),
                        Executor.Stage(duration: .seconds(1), target: 3),
                        Executor.Stage(duration: .zero, target: 1),
                    ])))
        #expect(
            schedule.steps.map { [$0.time.inMilliseconds, Double($0.users)] } == [
                [0, 1], [1000, 2], [2000, 3], [3000, 2], [3000, 1],
            ])
        #expect(schedule.end == .seconds(3))
    }
}
