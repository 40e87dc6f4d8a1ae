import CDocuments
import Hummingbird
import NIOCore

/// The description of the API, and a page that shows it.
struct DocumentRoutes: Sendable {
    let gate: Gate

    func add(to routes: inout RouteTable) {
        add("/openapi.json", usher_openapi_json, "application/json", to: &routes)
        add("/docs", usher_docs_html, "text/html; charset=utf-8", to: &routes)
        add("/docs/docs.css", usher_docs_css, "text/css; charset=utf-8", to: &routes)
        add("/docs/docs.js", usher_docs_js, "text/javascript; charset=utf-8", to: &routes)
    }

    private func add(
        _ path: RouterPath, _ document: UsherDocument, _ contentType: String, to routes: inout RouteTable
    ) {
        let bytes = ByteBuffer(document)
        routes.on(.get, path, for: gate.everybody) { _, _, _ in
            Response(
                status: .ok,
                headers: [
                    .contentType: contentType, .contentLength: "\(bytes.readableBytes)",
                    // An update of the server may change it.
                    .cacheControl: "no-cache",
                    // The page runs its own script alone, and asks this server alone; its icon, an empty one, is in it.
                    .contentSecurityPolicy: "default-src 'self'; img-src data:; frame-ancestors 'none'",
                ],
                body: ResponseBody(byteBuffer: bytes))
        }
    }
}

extension ByteBuffer {
    init(_ document: UsherDocument) {
        self.init(bytes: UnsafeBufferPointer(start: document.bytes, count: document.size))
    }
}
