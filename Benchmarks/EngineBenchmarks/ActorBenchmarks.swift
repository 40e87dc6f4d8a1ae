import Benchmark
import Inventory

/// What an actor adds to a decision, by one caller and by a thousand at once; the empty call is what to compare with.
func actorBenchmarks() {
    Benchmark("Empty actor call") { benchmark in
        let owner = try BoxOfficeActor()
        for _ in benchmark.scaledIterations { await owner.doNothing() }
    }

    Benchmark("Hold one seat through an actor") { benchmark, owner in
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { await owner.hold() }
        benchmark.stopMeasurement()
        await owner.letGo()
    } setup: {
        try BoxOfficeActor()
    }

    Benchmark("Hold one seat through an actor, a thousand in each call") { benchmark, owner in
        benchmark.startMeasurement()
        await owner.hold(benchmark.scaledIterations.count)
        benchmark.stopMeasurement()
        await owner.letGo()
    } setup: {
        try BoxOfficeActor()
    }

    Benchmark(
        "Hold one seat through an actor, 1,000 callers",
        configuration: .init(scalingFactor: .mega, maxDuration: .seconds(5))
    ) {
        benchmark, owner in
        let callsEach = benchmark.scaledIterations.count / 1_000
        benchmark.startMeasurement()
        await withDiscardingTaskGroup { group in
            for _ in 0..<1_000 {
                group.addTask {
                    for _ in 0..<callsEach { await owner.holdAndLetGoNowAndThen() }
                }
            }
        }
        benchmark.stopMeasurement()
        await owner.letGo()
    } setup: {
        try BoxOfficeActor()
    }

    Benchmark(
        "Hold one seat through an actor, one caller",
        configuration: .init(scalingFactor: .mega, maxDuration: .seconds(5))
    ) {
        benchmark, owner in
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { await owner.holdAndLetGoNowAndThen() }
        benchmark.stopMeasurement()
        await owner.letGo()
    } setup: {
        try BoxOfficeActor()
    }
}

/// An inventory and its owner, without stores.
private actor BoxOfficeActor {
    private var crowd: Crowd
    private var holds = 0

    init() throws {
        crowd = Crowd(try seatedLayout(rows: 100), seats: 1)
    }

    func doNothing() { holds += 1 }

    func hold() { crowd.hold() }

    func hold(_ count: Int) {
        crowd.hold(count)
    }

    func letGo() { crowd.letGo() }

    /// A million holds are more than there are seats, so they are let go now and then, in the measured time.
    func holdAndLetGoNowAndThen() {
        crowd.hold()
        holds += 1
        if holds.isMultiple(of: 5_000) { crowd.letGo() }
    }
}
