import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The metrics, for Prometheus.
struct MetricsRoutes: Sendable {
    let page: MetricsPage

    func add(to routes: inout RouteTable) {
        let readers = Access<Void>(callers: [page.token == nil ? "everybody" : "with the metrics' token"]) {
            request, _ in try authorize(request)
        }
        routes.on(.get, "/metrics", for: readers, as: .uncounted) { _, _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: page.text())))
        }
    }

    private func authorize(_ request: Request) throws {
        guard let token = page.token else { return }
        guard let authorization = request.headers[.authorization] else {
            throw Problem.unauthorized(
                "missing_token", "This needs the token for metrics, as `Authorization: Bearer <token>`.")
        }
        // Digests are compared, so that the time it takes tells nothing about the token.
        let isRight = SHA256.hash(data: Data(authorization.utf8)) == SHA256.hash(data: Data("Bearer \(token)".utf8))
        guard isRight else { throw Problem.unauthorized("invalid_token", "This is not the token for metrics.") }
    }
}
