import Benchmark
import Inventory

let benchmarks: @Sendable () -> Void = {
    // Times are read as ratios to the empty actor call of the same run; instructions repeat from run to run.
    Benchmark.defaultConfiguration = Benchmark.Configuration(
        metrics: [.wallClock, .throughput, .instructions], warmupIterations: 10, scalingFactor: .kilo,
        maxDuration: .seconds(3))

    actorBenchmarks()
    inventoryBenchmarks()
    serviceBenchmarks()
    identifierBenchmarks()
}

private func identifierBenchmarks() {
    Benchmark("Read a seat's id") { benchmark, layout in
        for index in benchmark.scaledIterations {
            blackHole(layout.seat(named: index.isMultiple(of: 2) ? "STALLS-3-17" : "STALLS-99-100"))
        }
    } setup: {
        try seatedLayout(rows: 100)
    }

    Benchmark("Read a unique id") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(UniqueID("01890a5d-ac96-774b-bcce-b302099a8057"))
        }
    }

    Benchmark("Write a unique id") { benchmark in
        for index in benchmark.scaledIterations {
            blackHole(UniqueID(high: 0x0189_0a5d_ac96_774b, low: UInt64(index)).description)
        }
    }
}

/// One section of rows with 100 seats each.
func seatedLayout(rows: Int) throws(LayoutError) -> Layout {
    try Layout(sections: [
        Layout.Section(name: "STALLS", kind: .seated(rows: rows, seatsPerRow: 100), priceMinor: 8_500)
    ])
}
