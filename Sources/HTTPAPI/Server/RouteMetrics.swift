import HTTPTypes
import Hummingbird
import Metrics
import Synchronization

/// How often a route is used, with what result, and how long its answers take: `usher_http_requests_total` and
/// `usher_http_request_duration_seconds`.
///
/// Made once for each route; a request looks nothing up.
struct RouteMetrics: Sendable {
    private final class Slot: Sendable {
        let counter = AtomicLazyReference<Counter>()
    }

    /// What the API answers. Anything else is counted as `other`.
    private static let statuses = [
        200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 406, 408, 409, 410, 412, 413, 415, 416, 422, 423, 428, 429,
        431,
        500, 501, 502, 503, 504,
    ]

    private let labels: [(String, String)]
    private let duration: Timer
    private let counters = (0...Self.statuses.count).map { _ in Slot() }

    /// - Parameter route: The path's pattern, never a path itself: of these there are few.
    init(_ method: HTTPRequest.Method, _ route: String) {
        labels = [("method", method.rawValue), ("route", route)]
        duration = Timer(label: "usher_http_request_duration_seconds", dimensions: labels)
    }

    /// Answers a request, and measures it until its answer begins.
    func measure(_ answer: () async throws -> Response) async throws -> Response {
        let start = ContinuousClock.now
        do {
            let response = try await answer()
            record(response.status, since: start)
            return response
        } catch {
            record(Problem(error).status, since: start)
            throw error
        }
    }

    /// Counts an answer that was begun just now.
    func record(_ status: HTTPResponse.Status, since start: ContinuousClock.Instant) {
        duration.record(duration: start.duration(to: .now))
        let index = Self.statuses.firstIndex(of: status.code) ?? Self.statuses.count
        counter(at: index).increment()
    }

    private func counter(at index: Int) -> Counter {
        if let counter = counters[index].counter.load() { return counter }
        let status = Self.statuses.indices.contains(index) ? "\(Self.statuses[index])" : "other"
        let counter = Counter(label: "usher_http_requests_total", dimensions: labels + [("status", status)])
        return counters[index].counter.storeIfNil(counter)
    }
}
