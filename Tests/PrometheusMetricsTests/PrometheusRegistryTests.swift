import CoreMetrics
import PrometheusMetrics
import Testing

@Suite struct PrometheusRegistryTests {
    private let registry = PrometheusRegistry([
        MetricFamily("requests_total", .counter, labels: ["route"], "Requests\nby \\route"),
        MetricFamily("batch_size", .histogram, buckets: [1, 10], "Items"),
        MetricFamily("wait_seconds", .histogram, buckets: [0.005, 0.5], "Waiting"),
        MetricFamily("length", .gauge, "Length"),
    ])

    @Test func `a counter has its description, its type and its value`() {
        let counter = Counter(label: "requests_total", dimensions: [("route", "/a")], factory: registry)
        counter.increment()
        counter.increment(by: 2)
        counter.increment(by: -5)
        #expect(
            registry.text == """
                # HELP requests_total Requests\\nby \\\\route
                # TYPE requests_total counter
                requests_total{route="/a"} 3

                """)
    }

    @Test func `the order of making does not show`() {
        for route in ["/b", "/a"] {
            Counter(label: "requests_total", dimensions: [("route", route)], factory: registry).increment()
        }
        Gauge(label: "length", factory: registry).record(1.5)
        #expect(
            registry.text.split(separator: "\n").filter { !$0.hasPrefix("#") } == [
                "length 1.5", #"requests_total{route="/a"} 1"#, #"requests_total{route="/b"} 1"#,
            ])
    }

    @Test func `a handle made again is the same series`() {
        for dimensions in [[("a", "1"), ("b", "2")], [("b", "2"), ("a", "1")]] {
            Counter(label: "requests_total", dimensions: dimensions, factory: registry).increment()
        }
        #expect(registry.text.contains(#"requests_total{a="1",b="2"} 2"#))
    }

    @Test func `labels are escaped, and names are made valid`() {
        let dimensions = [("my-label", "say \"hi\"\n\\"), ("9", ""), ("le", "x")]
        Counter(label: "odd.name/total", dimensions: dimensions, factory: registry).increment()
        #expect(
            registry.text.contains(#"odd_name_total{_9="",exported_le="x",my_label="say \"hi\"\n\\"} 1"#),
            "\(registry.text)")
    }

    @Test func `a label that is given twice is written once`() {
        Counter(label: "requests_total", dimensions: [("a", "1"), ("a", "2")], factory: registry).increment()
        #expect(registry.text.contains(#"requests_total{a="2"} 1"#))
    }

    @Test func `a histogram's buckets add up, and a bound is part of its bucket`() {
        let recorder = Recorder(label: "batch_size", factory: registry)
        for size in [1, 2, 10, 11] { recorder.record(size) }
        recorder.record(Double.nan)
        #expect(
            registry.text == """
                # HELP batch_size Items
                # TYPE batch_size histogram
                batch_size_bucket{le="1"} 1
                batch_size_bucket{le="10"} 3
                batch_size_bucket{le="+Inf"} 4
                batch_size_sum 24
                batch_size_count 4

                """)
    }

    @Test func `a timer is a histogram in seconds`() {
        let timer = Timer(label: "wait_seconds", dimensions: [("store", "x")], factory: registry)
        timer.recordNanoseconds(5_000_000)
        timer.recordMilliseconds(250)
        timer.recordNanoseconds(-1)
        let lines = registry.text.split(separator: "\n")
        #expect(lines.contains(#"wait_seconds_bucket{store="x",le="0.005"} 2"#))
        #expect(lines.contains(#"wait_seconds_bucket{store="x",le="0.5"} 3"#))
        #expect(lines.contains(#"wait_seconds_sum{store="x"} 0.255"#))
    }

    @Test func `a meter goes up and down, and special values have their names`() {
        let meter = Meter(label: "length", factory: registry)
        meter.increment(by: 3)
        meter.decrement()
        #expect(registry.text.contains("length 2\n"))
        meter.set(-Double.infinity)
        #expect(registry.text.contains("length -Inf\n"))
        meter.set(Double.nan)
        #expect(registry.text.contains("length NaN\n"))
    }

    @Test func `a fraction counter adds fractions, and starts again when it is reset`() {
        let counter = FloatingPointCounter(label: "seconds_total", factory: registry)
        counter.increment(by: 0.5)
        counter.increment(by: 0.25)
        #expect(registry.text.contains("seconds_total 0.75\n"))
        counter.reset()
        #expect(registry.text.contains("seconds_total 0\n"))
    }

    @Test func `no more series are shown than the limit allows`() {
        let registry = PrometheusRegistry([], seriesLimit: 2)
        for customer in 0..<5 {
            Counter(label: "by_customer_total", dimensions: [("id", "\(customer)")], factory: registry).increment()
        }
        #expect(registry.text.split(separator: "\n").count == 3)
        #expect(registry.refusedSeries == 3)
    }

    @Test func `a name has one kind`() {
        Counter(label: "length", factory: registry).increment()
        #expect(registry.text.isEmpty)
        #expect(registry.refusedSeries == 1)
    }

    @Test func `a metric that is destroyed is gone and leaves its place to another`() {
        let registry = PrometheusRegistry([], seriesLimit: 1)
        Counter(label: "a_total", factory: registry).destroy()
        Counter(label: "b_total", factory: registry).increment()
        #expect(registry.text.contains("b_total 1"))
        #expect(!registry.text.contains("a_total"))
    }

    @Test func `nothing is lost when many count at a time`() async {
        let counter = Counter(label: "requests_total", factory: registry)
        let timer = Timer(label: "wait_seconds", factory: registry)
        let meter = Meter(label: "length", factory: registry)
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10_000 {
                        counter.increment()
                        timer.recordSeconds(1)
                        meter.increment()
                    }
                }
            }
        }
        for line in ["requests_total 80000", "wait_seconds_sum 80000", "wait_seconds_count 80000", "length 80000"] {
            #expect(registry.text.contains("\(line)\n"))
        }
    }

    @Test func `the process is described`() throws {
        ProcessReadings.observe(in: registry)
        let values = Dictionary(
            registry.text.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
                let parts = line.split(separator: " ")
                return Double(parts[1]).map { (String(parts[0]), $0) }
            }
        ) { first, _ in first }
        #expect(Set(values.keys) == Set(ProcessReadings.families.map(\.name)))
        #expect(values.values.allSatisfy { $0 > 0 })
        #expect(try #require(values["process_open_fds"]) < #require(values["process_max_fds"]))
        #expect(try #require(values["process_start_time_seconds"]) > 1_600_000_000)
    }
}
