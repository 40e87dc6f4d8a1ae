public import CoreMetrics
import Synchronization

/// All metrics of a process, written as Prometheus reads them.
///
/// A metric is looked up once, when its handle is made; from then on an update is one atomic step. How many series there
/// are is bounded: further handles work and are not shown, so that a label with endless values costs no memory.
public final class PrometheusRegistry: MetricsFactory, Sendable {
    private struct Family {
        let description: MetricFamily
        /// By the text of their labels.
        var series: [String: any Series] = [:]
    }

    private struct State {
        var families: [String: Family]
        var seriesCount = 0
        var refused = 0
    }

    private let state: Mutex<State>
    private let seriesLimit: Int

    /// Makes a registry.
    ///
    /// - Parameters:
    ///   - families: What is known of metrics in advance. One that is not among them is shown without a description, and
    ///     has the buckets for seconds.
    ///   - seriesLimit: How many combinations of a name and labels are shown.
    public init(_ families: [MetricFamily], seriesLimit: Int = 2_000) {
        let families = families.map { ($0.name, Family(description: $0)) }
        state = Mutex(State(families: Dictionary(families) { first, _ in first }))
        self.seriesLimit = seriesLimit
    }

    /// How many handles are not shown, since there are too many or their name is that of another kind of metric.
    public var refusedSeries: Int { state.withLock { $0.refused } }

    /// Shows a value that is read each time that the metrics are, and costs nothing until then.
    ///
    /// - Parameter read: Must be quick, and must not use the registry.
    public func observe(
        _ name: String, _ kind: MetricFamily.Kind = .gauge, dimensions: [(String, String)] = [],
        read: @escaping @Sendable () -> Double
    ) {
        _ = series(name, kind, dimensions) { _ in Reading(read) }
    }

    /// The text exposition format, version 0.0.4, in the order of names and labels.
    public var text: String {
        let families = state.withLock { $0.families }
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) where !family.series.isEmpty {
            if !family.description.help.isEmpty {
                text += "# HELP \(name) \(family.description.help.escapedHelp)\n"
            }
            text += "# TYPE \(name) \(family.description.kind.rawValue)\n"
            for (labels, series) in family.series.sorted(by: { $0.key < $1.key }) {
                series.write(name, labels, to: &text)
            }
        }
        return text
    }

    private func series<Value: Series>(
        _ label: String, _ kind: MetricFamily.Kind, _ dimensions: [(String, String)],
        make: (MetricFamily) -> Value
    ) -> Value {
        let name = label.metricName
        let labels = dimensions.labelText
        return state.withLock { state in
            let family = state.families[name] ?? Family(description: MetricFamily(name, kind, ""))
            if let present = family.series[labels] as? Value { return present }
            let new = make(family.description)
            guard family.description.kind == kind, family.series[labels] == nil, state.seriesCount < seriesLimit else {
                state.refused += 1
                return new
            }
            state.families[name, default: family].series[labels] = new
            state.seriesCount += 1
            return new
        }
    }

    private func remove(_ handler: AnyObject) {
        state.withLock { state in
            for (name, family) in state.families {
                guard let labels = family.series.first(where: { $0.value === handler })?.key else { continue }
                state.families[name]?.series[labels] = nil
                state.seriesCount -= 1
            }
        }
    }
}

// MARK: - MetricsFactory

extension PrometheusRegistry {
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        series(label, .counter, dimensions) { _ in IntegerCounter() }
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        series(label, .counter, dimensions) { _ in FractionCounter() }
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        series(label, .gauge, dimensions) { _ in GaugeValue() }
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        aggregate
            ? series(label, .histogram, dimensions) { Histogram($0.buckets) }
            : series(label, .gauge, dimensions) { _ in GaugeValue() }
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        series(label, .histogram, dimensions) { Histogram($0.buckets) }
    }

    public func destroyCounter(_ handler: any CounterHandler) { remove(handler) }
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { remove(handler) }
    public func destroyMeter(_ handler: any MeterHandler) { remove(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { remove(handler) }
    public func destroyTimer(_ handler: any TimerHandler) { remove(handler) }
}
