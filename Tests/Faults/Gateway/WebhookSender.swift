import Crypto
import Foundation
import NIOHTTP1
import Randomness

/// Tells Usher what happened at the gateway: each thing twice, late and in another order, as webhooks may.
actor WebhookSender {
    static let secret = "whsec_faults"
    private static let tries = 20

    private typealias Work = @Sendable () async -> Void

    private let caller: Caller
    private var random: SeededRandom
    private let work: AsyncStream<Work>
    private let newWork: AsyncStream<Work>.Continuation
    private var count = 0

    /// - Parameter caller: The way to the server, which needs no token here.
    init(caller: Caller, random: SeededRandom) {
        self.caller = caller
        self.random = random
        (work, newWork) = AsyncStream.makeStream()
    }

    /// Sends until the task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await item in work { group.addTask { await item() } }
            group.cancelAll()
        }
    }

    /// Does something later.
    func schedule(after delay: Duration, _ body: @escaping @Sendable () async -> Void) {
        newWork.yield {
            guard (try? await Pause.lasting(delay)) != nil else { return }
            await body()
        }
    }

    func tell(of intent: GatewayBook.Intent) {
        count += 1
        let type = intent.status == "succeeded" ? "payment_intent.succeeded" : "payment_intent.payment_failed"
        let body = #"{"id": "evt_\#(count)", "type": "\#(type)", "data": {"object": \#(intent.json)}}"#
        for _ in 1...2 {
            let delay = Duration.milliseconds(Int.random(in: 0...1_500, using: &random))
            schedule(after: delay) { await self.deliver(body) }
        }
    }

    /// Tries until the server has taken it.
    private func deliver(_ body: String) async {
        for _ in 1...Self.tries {
            let time = Int(Date().timeIntervalSince1970)
            let code = HMAC<SHA256>.authenticationCode(
                for: Data("\(time).\(body)".utf8), using: SymmetricKey(data: Data(Self.secret.utf8)))
            let signature = "t=\(time),v1=\(code.map { String(format: "%02x", $0) }.joined())"
            let answer = await caller.send(
                .POST, "/api/payments/webhook", body, headers: [("Stripe-Signature", signature)])
            if let answer, (200..<300).contains(answer.status) { return }
            guard (try? await Pause.lasting(.seconds(1))) != nil else { return }
        }
    }
}
