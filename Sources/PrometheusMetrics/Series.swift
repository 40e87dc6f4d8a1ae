import CoreMetrics
import Synchronization

/// The values of one metric with one set of labels.
protocol Series: AnyObject, Sendable {
    /// - Parameter labels: As they stand in the braces; empty when there are none.
    func write(_ name: String, _ labels: String, to text: inout String)
}

/// Counts in whole numbers.
final class IntegerCounter: CounterHandler, Series {
    private let value = Atomic<Int64>(0)

    func increment(by amount: Int64) {
        // A counter never falls.
        if amount > 0 { value.wrappingAdd(amount, ordering: .relaxed) }
    }

    func reset() { value.store(0, ordering: .relaxed) }

    func write(_ name: String, _ labels: String, to text: inout String) {
        text.append(sample: name, labels, "\(value.load(ordering: .relaxed))")
    }
}

/// Counts in fractions.
final class FractionCounter: FloatingPointCounterHandler, Series {
    private let value = AtomicDouble()

    func increment(by amount: Double) {
        if amount > 0 { value.add(amount) }
    }

    func reset() { value.set(0) }

    func write(_ name: String, _ labels: String, to text: inout String) {
        text.append(sample: name, labels, value.get().sampleText)
    }
}

/// Shows the last value.
final class GaugeValue: MeterHandler, RecorderHandler, Series {
    private let value = AtomicDouble()

    func set(_ value: Int64) { self.value.set(Double(value)) }
    func set(_ value: Double) { self.value.set(value) }
    func increment(by amount: Double) { value.add(amount) }
    func decrement(by amount: Double) { value.add(-amount) }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }

    func write(_ name: String, _ labels: String, to text: inout String) {
        text.append(sample: name, labels, value.get().sampleText)
    }
}

/// Shows what a closure reads.
final class Reading: Series {
    private let read: @Sendable () -> Double

    init(_ read: @escaping @Sendable () -> Double) {
        self.read = read
    }

    func write(_ name: String, _ labels: String, to text: inout String) {
        text.append(sample: name, labels, read().sampleText)
    }
}

/// Counts values by size, and adds them up. Times are in seconds.
///
/// Its parts are read one after another, so a value that comes meanwhile may be in the sum and not yet in a bucket. The
/// count is the buckets' own sum and always fits them.
final class Histogram: TimerHandler, RecorderHandler, Series {
    private final class Count: Sendable {
        let value = Atomic<Int64>(0)
    }

    private let bounds: [Double]
    private let counts: [Count]
    private let sum = AtomicDouble()

    init(_ bounds: [Double]) {
        self.bounds = bounds
        counts = (0...bounds.count).map { _ in Count() }
    }

    func recordNanoseconds(_ duration: Int64) { record(Double(max(0, duration)) / 1e9) }
    func record(_ value: Int64) { record(Double(value)) }

    func record(_ value: Double) {
        // It would make the sum no number for good.
        guard !value.isNaN else { return }
        var bucket = 0
        // A look at each bound in turn: most values are small, and there are few bounds.
        while bucket < bounds.count, value > bounds[bucket] { bucket += 1 }
        counts[bucket].value.wrappingAdd(1, ordering: .relaxed)
        sum.add(value)
    }

    func write(_ name: String, _ labels: String, to text: inout String) {
        let separator = labels.isEmpty ? "" : ","
        var total: Int64 = 0
        for (bound, count) in zip(bounds + [.infinity], counts) {
            total += count.value.load(ordering: .relaxed)
            let bucket = "\(labels)\(separator)le=\"\(bound.sampleText)\""
            text.append(sample: "\(name)_bucket", bucket, "\(total)")
        }
        text.append(sample: "\(name)_sum", labels, sum.get().sampleText)
        text.append(sample: "\(name)_count", labels, "\(total)")
    }
}

/// A number that many threads add to.
private struct AtomicDouble: ~Copyable, Sendable {
    private let bits = Atomic<UInt64>(0)

    func get() -> Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

    func add(_ amount: Double) {
        var present = bits.load(ordering: .relaxed)
        while true {
            let sum = (Double(bitPattern: present) + amount).bitPattern
            let result = bits.weakCompareExchange(expected: present, desired: sum, ordering: .relaxed)
            if result.exchanged { return }
            present = result.original
        }
    }
}
