import Foundation
import LocalStack
import PrometheusMetrics
import Testing

@testable import Usher

/// What a server that sells shows at `/metrics`.
@Suite(.timeLimit(.minutes(2))) struct MetricsTests {
    @Test func `a sale can be read from the metrics, and each of them is in the table`() async throws {
        try await ServerSettings.with(.withoutKafka) { settings in
            let server = try await ServerProcess(settings)
            let customer = try await TestUser.registered(at: server)
            let event = try await TestUser.organizer(at: server).createEvent()
            let hold = try await customer.hold("STALLS-1-1", of: event)
            let refusal = try await customer.api.post("/api/events/\(event.id)/hold", #"{"seats": ["STALLS-1-1"]}"#)
            #expect(refusal.status == 409)
            let booking = try await customer.book(hold)
            _ = try await customer.end(ofBooking: booking.bookingId)
            _ = try await customer.api.get("/nowhere")

            let page = String(decoding: try await customer.api.get("/metrics").body, as: UTF8.self)
            let metrics = Samples(page)
            #expect(metrics[#"usher_holds_total{result="granted"}"#] == 1)
            #expect(metrics[#"usher_holds_total{result="seats_unavailable"}"#] == 1)
            #expect(metrics[#"usher_booking_changes_total{change="queued"}"#] == 1)
            #expect(metrics[#"usher_booking_changes_total{change="confirmed"}"#] == 1)
            #expect(metrics[#"usher_payment_requests_total{operation="charge",result="answered"}"#] == 1)
            #expect(metrics["usher_payment_breaker_state"] == 0)
            let route = #"method="POST",route="/api/events/{id}/hold""#
            #expect(metrics["usher_http_requests_total{\(route),status=\"201\"}"] == 1)
            #expect(metrics["usher_http_requests_total{\(route),status=\"409\"}"] == 1)
            #expect(metrics["usher_http_request_duration_seconds_count{\(route)}"] == 2)
            #expect(metrics[#"usher_http_requests_total{method="other",route="none",status="404"}"#] == 1)
            #expect(try #require(metrics["usher_ledger_batch_size_count"]) >= 2)
            for store in ["postgresql", "redis"] {
                let count = metrics["usher_store_request_duration_seconds_count{store=\"\(store)\"}"]
                #expect(try #require(count) > 0)
            }
            #expect(metrics["usher_inventories"] == 1)
            #expect(metrics["usher_inventory_calls"] == 0)
            #expect(metrics["usher_metrics_refused"] == 0)
            #expect(metrics[#"usher_booking_queue_length{lane="payment"}"#] == 0)

            let known = MetricTable.families.map { "# TYPE \($0.name) \($0.kind.rawValue)" }
            let shown = page.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map(String.init)
            #expect(Set(shown).subtracting(known).isEmpty)
            #expect(page.matches(of: /# HELP/).count == shown.count)
            #expect(await server.stop() == .exited(0))
        }
    }

    @Test func `a server for other machines keeps its metrics to itself without a token`() async throws {
        let open = ["USHER_HTTP_HOST": "0.0.0.0"]
        for (token, status) in [("", 404), ("sixteen bytes, or more", 401)] {
            let changes = open.merging(["USHER_METRICS_TOKEN": token]) { $1 }
            try await ServerSettings.with([String: String].withoutKafka.merging(changes) { $1 }) { settings in
                let server = try await ServerProcess(settings)
                let url = server.url.replacing("0.0.0.0", with: "127.0.0.1")
                #expect(try await APIClient(baseURL: url).get("/metrics").status == status)
            }
        }
    }

    @Test func `the table has each metric once, by Prometheus' rules for names`() {
        let names = MetricTable.families.map(\.name)
        #expect(Set(names).count == names.count)
        for family in MetricTable.families {
            #expect(family.name.hasSuffix("_total") == (family.kind == .counter), "\(family.name)")
            #expect(!family.help.isEmpty && !family.help.contains("|"))
        }
    }

    @Test func `the README shows the table as it is`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        #expect(text.contains(MetricTable.markdown), "print it with `usher metrics`")
    }
}

/// The values of a page, by name and labels.
private struct Samples {
    private let values: [Substring: Double]

    init(_ page: String) {
        let pairs = page.split(separator: "\n").filter { !$0.hasPrefix("#") }.compactMap { line in
            line.lastIndex(of: " ").flatMap { space in
                Double(line[line.index(after: space)...]).map { (line[..<space], $0) }
            }
        }
        values = Dictionary(pairs) { $1 }
    }

    subscript(name: String) -> Double? { values[name[...]] }
}
