import Foundation
import HTTPTypes
import Hummingbird
import LocalStack
import NIOCore

/// An HTTP server that speaks as much of Stripe's PaymentIntents as Usher uses, and misbehaves as its cards say.
struct GatewayFake: Sendable {
    static let key = "sk_test_faults"
    /// How late slow answers come, and how long after the request late charges are made.
    static let slowness = Duration.seconds(30)
    static let lateness = Duration.seconds(9)

    let book = GatewayBook()
    let webhooks: WebhookSender

    /// Gives `body` a gateway that listens, and its URL.
    func serving(_ body: @escaping @Sendable (_ url: String) async throws -> Void) async throws {
        try await withServer(of: router) { url in
            try await withThrowingTaskGroup { group in
                group.addTask { await webhooks.run() }
                defer { group.cancelAll() }
                try await body(url)
            }
        }
    }

    private var router: Router<BasicRequestContext> {
        let router = Router()
        router.post("/v1/payment_intents") { request, _ in try await makeIntent(try await Form(request), request) }
        router.post("/v1/payment_intents/:id/confirm") { _, context in
            try await confirm(try context.parameters.require("id"))
        }
        router.get("/v1/payment_intents/search") { request, _ in
            let query = request.uri.queryParameters["query"] ?? ""
            let found = await book.intents.filter { query.contains($0.booking) }
            return list(found.map(\.json), of: request, ids: found.map(\.id))
        }
        router.get("/v1/payment_intents/:id") { _, context in
            guard let intent = await book.intent(try context.parameters.require("id")) else { return notFound }
            return json(intent.json)
        }
        router.get("/v1/payment_intents") { request, _ in
            let intents = await book.intents.reversed()
            return list(intents.map(\.json), of: request, ids: intents.map(\.id))
        }
        router.get("/v1/refunds") { request, _ in
            let refunds = await book.refunds.reversed()
            return list(refunds.map(\.json), of: request, ids: refunds.map(\.id))
        }
        router.post("/v1/refunds") { request, _ in
            let form = try await Form(request)
            guard let refund = await book.refund(form["payment_intent"], amount: form.amount, key: request.key) else {
                return refused("charge_already_refunded", .badRequest)
            }
            return json(refund.json)
        }
        return router
    }
}

// MARK: - Requests

extension GatewayFake {
    private func makeIntent(_ form: Form, _ request: Request) async throws -> Response {
        guard let card = GatewayCard(rawValue: form["payment_method"]) else {
            return refused("resource_missing", .badRequest)
        }
        let intent = await book.makeIntent(
            amount: form.amount, currency: form["currency"], booking: form["metadata[booking]"], card: card,
            key: request.key)
        guard form["confirm"] == "true" else { return json(intent.json) }
        return try await confirm(intent.id)
    }

    private func confirm(_ id: String) async throws -> Response {
        guard let intent = await book.intent(id) else { return notFound }
        if intent.card == .late {
            await book.process(id)
            await webhooks.schedule(after: Self.lateness) { await charge(id) }
            try await Pause.lasting(Self.slowness)
        }
        let isFirst = await charge(id)
        if isFirst, intent.card == .slow || intent.card == .silent { try await Pause.lasting(Self.slowness) }
        guard let intent = await book.intent(id) else { return notFound }
        guard intent.status != "requires_payment_method" else {
            return json(
                #"{"error": {"type": "card_error", "code": "card_declined", "message": "No."}}"#, .init(code: 402))
        }
        return json(intent.json)
    }

    /// - Returns: Whether it was charged just now.
    @discardableResult
    private func charge(_ id: String) async -> Bool {
        guard let (intent, isNew) = await book.charge(id) else { return false }
        if isNew { await webhooks.tell(of: intent) }
        return isNew
    }

    private var notFound: Response { refused("resource_missing", .notFound) }

    private func refused(_ code: String, _ status: HTTPResponse.Status) -> Response {
        json(#"{"error": {"type": "invalid_request_error", "code": "\#(code)"}}"#, status)
    }

    private func json(_ text: String, _ status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    private func list(_ items: [String], of request: Request, ids: [String]) -> Response {
        let after = request.uri.queryParameters["starting_after"].flatMap { ids.firstIndex(of: String($0)) }
        let limit = request.uri.queryParameters["limit"].flatMap { Int($0) } ?? 10
        let rest = items.dropFirst(after.map { $0 + 1 } ?? 0)
        let page = rest.prefix(limit).joined(separator: ", ")
        return json(#"{"data": [\#(page)], "has_more": \#(rest.count > limit)}"#)
    }
}

/// The fields of a request.
private struct Form {
    private let fields: [String: String]

    init(_ request: Request) async throws {
        let text = String(buffer: try await request.body.collect(upTo: 1 << 16))
        fields = text.split(separator: "&").reduce(into: [:]) { fields, pair in
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.removingPercentEncoding ?? "" }
            if parts.count == 2 { fields[parts[0]] = parts[1] }
        }
    }

    subscript(name: String) -> String { fields[name] ?? "" }

    var amount: Int64 { Int64(self["amount"]) ?? 0 }
}

extension Request {
    /// Without a key each request is another.
    fileprivate var key: String {
        HTTPField.Name("Idempotency-Key").flatMap { headers[$0] } ?? UUID().uuidString
    }
}

extension GatewayBook.Intent {
    var json: String {
        #"{"id": "\#(id)", "status": "\#(status)", "amount": \#(amount), "#
            + #""amount_received": \#(status == "succeeded" ? amount : 0), "currency": "\#(currency)", "#
            + #""metadata": {"booking": "\#(booking)"}, "last_payment_error": null}"#
    }
}

extension GatewayBook.Refund {
    fileprivate var json: String {
        #"{"id": "\#(id)", "status": "succeeded", "amount": \#(amount), "payment_intent": "\#(intent)"}"#
    }
}
