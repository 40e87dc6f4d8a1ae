import PrometheusMetrics

/// Every metric that a node shows: what `/metrics` says about them, and the README's table.
enum MetricTable {
    static let families = engine + stores + node + ProcessReadings.families

    private static let engine = [
        MetricFamily(
            "usher_http_requests_total", .counter, labels: ["method", "route", "status"],
            "Requests answered; the route is the path's pattern, `none` when there is none"),
        MetricFamily(
            "usher_http_request_duration_seconds", .histogram, labels: ["method", "route"],
            "Time until an answer begins"),
        MetricFamily(
            "usher_http_refused_total", .counter,
            "Requests that were turned away with 503 before any route, since too many were at work"),
        MetricFamily(
            "usher_streams_open", .gauge, labels: ["kind"], "Event streams that clients read"),
        MetricFamily(
            "usher_holds_total", .counter, labels: ["result"], "Holds asked for: `granted`, or the code of the refusal"),
        MetricFamily("usher_holds_expired_total", .counter, "Holds that ended by their deadline"),
        MetricFamily(
            "usher_hold_expiry_lag_seconds", .histogram, "Time between a hold's deadline and its end in memory"),
        MetricFamily("usher_holds_unbacked", .gauge, "Live holds that Redis does not have: a crash would lose them"),
        MetricFamily("usher_unbacked_holds_total", .counter, "Holds granted while Redis was away"),
        MetricFamily(
            "usher_history_dropped_total", .counter,
            "Steps of holds that seats' histories lack, since they could not be written"),
        MetricFamily("usher_inventories", .gauge, "Events in memory"),
        MetricFamily("usher_inventory_calls", .gauge, "Calls of inventories at work or waiting for their turn"),
        MetricFamily("usher_inventory_calls_busiest", .gauge, "The same, of the event that has most"),
        MetricFamily(
            "usher_booking_changes_total", .counter, labels: ["change"],
            "Durable changes of bookings: `queued`, `confirmed`, `failed`, `cancelled`, `refunded` and so on"),
        MetricFamily("usher_booking_queue_length", .gauge, labels: ["lane"], "Bookings that wait for a worker"),
        MetricFamily(
            "usher_booking_queue_oldest_seconds", .gauge, labels: ["lane"], "For how long the oldest of them has"),
        MetricFamily(
            "usher_payment_requests_total", .counter, labels: ["operation", "result"],
            "What the gateway was asked (`charge`, `look_up`, `refund`): `answered`, `declined`, `unavailable`, `unanswered`"
        ),
        MetricFamily(
            "usher_payment_request_duration_seconds", .histogram, labels: ["operation"], "Time of one such request"),
        MetricFamily(
            "usher_payment_breaker_state", .gauge, "The breaker before the gateway: 0 closed, 1 half open, 2 open"),
    ]

    private static let stores = [
        MetricFamily(
            "usher_ledger_batch_size", .histogram, buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500],
            "Changes of bookings that share a commit"),
        MetricFamily("usher_ledger_batch_duration_seconds", .histogram, "Time of one such commit"),
        MetricFamily("usher_outbox_length", .gauge, "Events that wait to be published"),
        MetricFamily("usher_outbox_oldest_seconds", .gauge, "For how long the oldest of them has"),
        MetricFamily("usher_events_delivered_total", .counter, "Events that Kafka has"),
        MetricFamily(
            "usher_store_request_duration_seconds", .histogram, labels: ["store"],
            "Time of a request to `postgresql` or `redis`, or of a batch of records to `kafka`"),
        MetricFamily("usher_store_request_failures_total", .counter, labels: ["store"], "Requests that failed"),
    ]

    private static let node = [
        MetricFamily(
            "usher_mail_lag_seconds", .histogram, buckets: [0.1, 0.3, 1, 3, 10, 30, 60, 300, 1_800, 7_200],
            "Time between a booking's event and the moment when its mail is out"),
        MetricFamily(
            "usher_notifier_restarts_total", .counter,
            "Times that the notifier lost its consumer for good and began with a new one"),
        MetricFamily(
            "usher_thread_lag_seconds", .histogram, labels: ["pool"],
            "Time that work waits for a thread of the event loops (`nio`) and of Swift's tasks (`swift`)"),
        MetricFamily("usher_metrics_refused", .gauge, "Series that are not shown, since there are too many"),
    ]
}

extension MetricTable {
    /// The README's table, without a line break at the end.
    static var markdown: String {
        let head = """
            | metric | type | labels | what it shows |
            |---|---|---|---|
            """
        let rows = families.map { family in
            let labels = family.labels.map { "`\($0)`" }.joined(separator: ", ")
            return "| `\(family.name)` | \(family.kind.rawValue) | \(labels) | \(family.help) |"
        }
        return ([head] + rows).joined(separator: "\n")
    }
}
