import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// localstripe in a process of its own, on a free loopback port, with what it lacks of Stripe: idempotency keys and the
/// search of intents. Its requests can be made to fail.
public struct StripeServer: Sendable {
    /// What happens to the next request whose method and path end as this regular expression says.
    public struct Fault: Encodable, Sendable, CustomStringConvertible {
        public enum When: String, Encodable, Sendable {
            /// Stripe has not looked at the request yet.
            case before
            /// Stripe has done what was asked, and keeps the fault as its answer to the key.
            case within
            /// Stripe has done what was asked and answered; the answer is lost.
            case after
        }

        public let path: String
        public let when: When
        /// The status that is answered; nil to close the connection.
        public var status: Int?
        /// What kind of error the answer names.
        public var errorType: String?
        /// Answers never instead.
        public var isSilent = false
        /// Answers with the object in this status instead; a refund stays in it.
        public var objectStatus: String?

        public var description: String {
            "\(status.map(String.init) ?? (isSilent ? "silent" : "broken")) \(errorType ?? "") \(when) \(path)"
        }

        public init(
            path: String, when: When, status: Int? = nil, errorType: String? = nil, isSilent: Bool = false,
            objectStatus: String? = nil
        ) {
            self.path = path
            self.when = when
            self.status = status
            self.errorType = errorType
            self.isSilent = isSilent
            self.objectStatus = objectStatus
        }
    }

    /// A charge or a refund that was made.
    public struct Entry: Decodable, Hashable, Sendable {
        public let booking: String
        public let amount: Int64
        public let currency: String

        public init(booking: String, amount: Int64, currency: String) {
            self.booking = booking
            self.amount = amount
            self.currency = currency
        }
    }

    /// A webhook that was sent.
    public struct Delivery: Decodable, Sendable {
        public let signature: String
        public let body: String
    }

    public static let key = "sk_test_usher"

    public let url: String

    /// A server that runs elsewhere, or does not.
    public init(url: String) {
        self.url = url
    }

    public var charges: [Entry] {
        get async throws { try await get("/_test/charges") }
    }

    public var refunds: [Entry] {
        get async throws { try await get("/_test/refunds") }
    }

    /// The requests that came, as `POST /v1/refunds`.
    public var requests: [String] {
        get async throws { try await get("/_test/requests") }
    }

    public func inject(_ faults: Fault...) async throws {
        try await inject(faults)
    }

    public func inject(_ faults: [Fault]) async throws {
        let body = String(decoding: try JSONEncoder().encode(faults), as: UTF8.self)
        _ = try await post("/_test/faults", body, type: "application/json")
    }

    /// Has webhooks signed with `secret`, and sent to `url`, or else kept for `nextDelivery`.
    public func sendWebhooks(secret: String, to url: String? = nil) async throws {
        _ = try await post("/_config/webhooks/test", "url=\(url ?? "\(self.url)/_test/inbox")&secret=\(secret)")
    }

    /// Waits for a webhook's answer, and tells how it went.
    public func nextReceipt() async throws -> String { try await get("/_test/receipts") }

    public func nextDelivery() async throws -> Delivery { try await get("/_test/inbox") }

    /// - Returns: The id of a new payment method.
    public func paymentMethod(card number: String) async throws -> String {
        struct Created: Decodable { let id: String }
        let form = "type=card&card[number]=\(number)&card[exp_month]=12&card[exp_year]=2035&card[cvc]=123"
        return try JSONDecoder().decode(Created.self, from: try await post("/v1/payment_methods", form)).id
    }

    /// Forgets what was answered to which key, as Stripe does after a day.
    public func forgetKeys() async throws {
        _ = try await post("/_test/oblivion", "")
    }

    /// Puts all refunds into a status.
    public func setRefunds(status: String) async throws {
        _ = try await post("/_test/refunds/\(status)", "")
    }

    /// Makes a refund as somebody would by hand.
    public func giveBack(_ amount: Int64, of intent: String) async throws {
        _ = try await post("/v1/refunds", "payment_intent=\(intent)&amount=\(amount)")
    }

    private func get<Answer: Decodable>(_ path: String) async throws -> Answer {
        try JSONDecoder().decode(Answer.self, from: try await send(HTTPClientRequest(url: url + path)))
    }

    private func post(
        _ path: String, _ body: String, type: String = "application/x-www-form-urlencoded"
    ) async throws -> Data {
        var request = HTTPClientRequest(url: url + path)
        request.method = .POST
        request.headers.add(name: "Content-Type", value: type)
        request.body = .bytes(ByteBuffer(string: body))
        return try await send(request)
    }

    private func send(_ request: HTTPClientRequest) async throws -> Data {
        var request = request
        request.headers.add(name: "Authorization", value: "Bearer \(Self.key)")
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
        guard response.status == .ok else { throw Failure(status: response.status.code) }
        return Data(try await response.body.collect(upTo: 1 << 20).readableBytesView)
    }

    private struct Failure: Error {
        let status: UInt
    }
}

// MARK: - The process

extension StripeServer {
    /// Runs a server while `body` runs.
    public static func run(
        isolation: isolated (any Actor)? = #isolation, _ body: (StripeServer) async throws -> Void
    ) async throws {
        let python = ProcessInfo.processInfo.environment["STACK_PYTHON"] ?? "/usr/bin/python3"
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: python)
        process.arguments = ["-c", script]
        process.standardInput = input
        process.standardOutput = output
        let exit = try process.start()
        // The end of its input ends it, also should this process die.
        defer {
            try? input.fileHandleForWriting.close()
            exit.wait()
        }
        let firstLine = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(firstLine.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw DidNotStart(output: firstLine)
        }
        try await body(StripeServer(url: "http://127.0.0.1:\(port)"))
    }

    private struct DidNotStart: Error {
        let output: String
    }

    private static let script = """
        import asyncio, json, logging, os, re, sys, threading
        from aiohttp import web
        from localstripe import resources, server

        resources.Store.dump_to_disk = lambda store: None
        faults, answers, requests = [], {}, []
        inbox, receipts = asyncio.Queue(), asyncio.Queue()

        # localstripe tells of a webhook's answer in its log alone.
        class Receipts(logging.Handler):
            def emit(self, record):
                if record.getMessage().startswith("webhook"):
                    receipts.put_nowait(record.getMessage())

        logging.getLogger("aiohttp.access").setLevel(logging.INFO)
        logging.getLogger("aiohttp.access").addHandler(Receipts())

        def take(request, *whens):
            for fault in faults:
                if fault["when"] in whens and re.search(fault["path"] + "$", f"{request.method} {request.path}"):
                    faults.remove(fault)
                    return fault

        async def fail(request, fault, response=None):
            if "objectStatus" in fault:
                answer = json.loads(response.body) | {"status": fault["objectStatus"]}
                if answer["object"] == "refund":
                    resources.store["refund:" + answer["id"]].status = answer["status"]
                return web.json_response(answer)
            if fault["isSilent"]:
                await asyncio.sleep(3600)
            if "status" not in fault:
                request.transport.abort()
            return error(fault.get("status", 500), fault.get("errorType", "api_error"))

        def error(status, kind):
            return web.json_response({"error": {"type": kind, "message": "As the test wants it."}}, status=status)

        @web.middleware
        async def unreliable(request, handler):
            if request.path.startswith("/_"):
                return await handler(request)
            requests.append(f"{request.method} {request.path}")
            if fault := take(request, "before"):
                return await fail(request, fault)
            response = await handler(request)
            fault = take(request, "after")
            return await fail(request, fault) if fault else response

        # What was answered to a key is answered again, errors too: https://docs.stripe.com/api/idempotent_requests
        @web.middleware
        async def idempotent(request, handler):
            key = request.headers.get("Idempotency-Key")
            if request.method != "POST" or key is None:
                return await handler(request)
            asked = (request.path, await request.read())
            if key in answers:
                first, status, body = answers[key]
                if first != asked:
                    return error(400, "idempotency_error")
                if status is None:
                    return error(409, "idempotency_error")
                return web.Response(
                    status=status, body=body, content_type="application/json", headers={"Idempotent-Replayed": "true"})
            answers[key] = (asked, None, None)
            response = await handler(request)
            answers[key] = (asked, response.status, response.body)
            if response.status in (401, 429):
                del answers[key]
            return response

        @web.middleware
        async def searching(request, handler):
            if request.path == "/v1/payment_intents/search":
                booking = re.fullmatch(r"metadata\\['booking'\\]:'(.*)'", request.query["query"])[1]
                found = [i._export() for i in objects("payment_intent") if i.metadata.get("booking") == booking]
                return web.json_response({"object": "search_result", "data": found, "has_more": False})
            response = await handler(request)
            fault = take(request, "within")
            return await fail(request, fault, response) if fault else response

        def objects(kind):
            return [value for value in resources.store.values() if getattr(value, "object", "") == kind]

        def entries(kind):
            intents = {intent.id: intent for intent in objects("payment_intent")}
            return [
                {
                    "booking": intents[thing.payment_intent].metadata["booking"], "amount": thing.amount,
                    "currency": thing.currency,
                }
                for thing in objects(kind) if thing.status == "succeeded"
            ]

        # Webhooks come without a key.
        @web.middleware
        async def inbound(request, handler):
            return await (receive(request) if request.path == "/_test/inbox" and request.method == "POST" else handler(request))

        async def add_faults(request):
            faults.extend(await request.json())
            return web.Response()

        async def forget_keys(request):
            answers.clear()
            return web.Response()

        async def set_refunds(request):
            for refund in objects("refund"):
                refund.status = request.match_info["status"]
            return web.Response()

        async def receive(request):
            inbox.put_nowait(
                {"signature": request.headers["Stripe-Signature"], "body": (await request.read()).decode()})
            return web.Response()

        def taking(queue):
            async def handler(request):
                return web.json_response(await queue.get())
            return handler

        def answering(value):
            async def handler(request):
                return web.json_response(value())
            return handler

        async def main():
            app = server.app
            app.middlewares[:0] = [inbound, unreliable, idempotent, searching]
            app.router.add_get("/_test/charges", answering(lambda: entries("charge")))
            app.router.add_get("/_test/refunds", answering(lambda: entries("refund")))
            app.router.add_get("/_test/requests", answering(lambda: requests))
            app.router.add_post("/_test/faults", add_faults)
            app.router.add_post("/_test/oblivion", forget_keys)
            app.router.add_post("/_test/refunds/{status}", set_refunds)
            app.router.add_get("/_test/inbox", taking(inbox))
            app.router.add_get("/_test/receipts", taking(receipts))
            runner = web.AppRunner(app)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            print(runner.addresses[0][1], flush=True)
            threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
            await asyncio.Event().wait()

        asyncio.run(main())
        """
}
