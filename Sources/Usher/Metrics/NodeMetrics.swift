import Booking
import HTTPAPI
import Metrics
import PrometheusMetrics

/// A node's metrics. To be made before anything that is measured, once in a process.
struct NodeMetrics: Sendable {
    private let registry = PrometheusRegistry(MetricTable.families)

    init() {
        MetricsSystem.bootstrap(registry)
        ProcessReadings.observe(in: registry)
        registry.observe("usher_metrics_refused") { [registry] in Double(registry.refusedSeries) }
    }

    /// Shows what can be asked of the engine at any time.
    func observe(_ directory: InventoryDirectory) {
        registry.observe("usher_inventories") { Double(directory.activeCount) }
        registry.observe("usher_inventory_calls") { Double(directory.callsInFlight.all) }
        registry.observe("usher_inventory_calls_busiest") { Double(directory.callsInFlight.busiest) }
    }

    /// Nil when nobody may read it.
    func page(_ metrics: UsherConfiguration.Metrics) -> MetricsPage? {
        guard metrics.isServed else { return nil }
        return MetricsPage(token: metrics.token?.text) { [registry] in registry.text }
    }
}
