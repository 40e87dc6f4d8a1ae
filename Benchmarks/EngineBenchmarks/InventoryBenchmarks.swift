import Benchmark
import Inventory

/// Decisions of the inventory alone, without an actor and without stores. Customers come one after another, each to a
/// seat far from the last one's, so that caches help as little as in a real sale.
func inventoryBenchmarks() {
    for (rows, size) in [(100, "10k seats"), (10_000, "1M seats")] {
        crowdBenchmark("Hold one seat, \(size)", rows: rows, seats: 1)
    }
    crowdBenchmark("Hold four seats, 10k seats", rows: 100, seats: 4)
    arenaBenchmark()
    herdBenchmark()
    reloadBenchmark()
    memoryBenchmark()
}

private func crowdBenchmark(_ name: String, rows: Int, seats: Int) {
    Benchmark(name) { benchmark, crowd in
        benchmark.startMeasurement()
        crowd.value.hold(benchmark.scaledIterations.count)
        benchmark.stopMeasurement()
        crowd.value.letGo()
    } setup: {
        Box(Crowd(try seatedLayout(rows: rows), seats: seats))
    }
}

/// The best seats of an arena where every twentieth seat is left. Four side by side are not: all of it is searched.
private func arenaBenchmark() {
    for (name, wanted) in [
        ("2 side by side", BestAvailable(quantity: 2)), ("3 side by side", BestAvailable(quantity: 3)),
        ("4 side by side, in vain", BestAvailable(quantity: 4)),
        ("4 in as few groups as can be", BestAvailable(quantity: 4, isAdjacent: false)),
    ] {
        Benchmark("Best \(name), 20k seats, 95 % sold") { benchmark, crowd in
            for _ in benchmark.scaledIterations { crowd.value.holdBest(wanted) }
        } setup: {
            Box(Crowd(try seatedLayout(rows: 200), seats: 1, sold: 95))
        }
    }
}

/// A million holds that are over at once, worked off in ticks of a thousand.
private func herdBenchmark() {
    Benchmark("Expire 1M holds", configuration: .init(scalingFactor: .one, maxDuration: .seconds(10), maxIterations: 3))
    {
        benchmark, crowd in
        crowd.value.hold(1_000_000)
        benchmark.startMeasurement()
        crowd.value.letGo()
        benchmark.stopMeasurement()
    } setup: {
        Box(Crowd(try seatedLayout(rows: 10_000), seats: 1))
    }
}

/// A million sold seats brought back into memory, by customers who have four each.
private func reloadBenchmark() {
    Benchmark(
        "Reload 1M booked seats", configuration: .init(scalingFactor: .one, maxDuration: .seconds(10), maxIterations: 5)
    ) {
        benchmark, layout in
        benchmark.startMeasurement()
        let inventory = try fullHouse(layout)
        benchmark.stopMeasurement()
        blackHole(inventory.version)
    } setup: {
        try seatedLayout(rows: 10_000)
    }
}

/// What a million seats take, free and sold.
private func memoryBenchmark() {
    let bytes = BenchmarkMetric.custom("Resident bytes a seat", polarity: .prefersSmaller)
    let configuration = Benchmark.Configuration(
        metrics: [bytes], warmupIterations: 0, scalingFactor: .one, maxIterations: 1)
    Benchmark("Memory of 1M seats, all free", configuration: configuration) { benchmark in
        let before = ProcessMemory.residentBytes
        let inventory = Inventory(layout: try seatedLayout(rows: 10_000), rules: Rules(unitsPerCustomer: 10))
        benchmark.measurement(bytes, (ProcessMemory.residentBytes - before) / 1_000_000)
        blackHole(inventory.version)
    }
    Benchmark("Memory of 1M seats, all sold, four a customer", configuration: configuration) { benchmark in
        let before = ProcessMemory.residentBytes
        let inventory = try fullHouse(try seatedLayout(rows: 10_000))
        benchmark.measurement(bytes, (ProcessMemory.residentBytes - before) / 1_000_000)
        blackHole(inventory.version)
    }
}

private func fullHouse(_ layout: Layout) throws -> Inventory {
    var inventory = Inventory(layout: layout, rules: Rules(unitsPerCustomer: 10))
    for unit in 0..<UnitIndex(layout.unitCount) {
        try inventory.restoreBooked(UnitClaim(unit: unit, quantity: 1), by: someID(UInt64(unit) / 4))
    }
    return inventory
}
