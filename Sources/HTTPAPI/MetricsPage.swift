/// What `/metrics` shows, and to whom.
public struct MetricsPage: Sendable {
    /// The metrics in Prometheus' text format, version 0.0.4.
    public let text: @Sendable () -> String
    /// What a reader must send as a bearer token; nil when everybody may read.
    public let token: String?

    /// Describes the page.
    public init(token: String? = nil, text: @escaping @Sendable () -> String) {
        self.text = text
        self.token = token
    }
}
