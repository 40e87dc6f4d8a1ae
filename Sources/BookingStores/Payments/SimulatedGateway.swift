public import Booking
import Inventory
public import PostgresDriver

/// A payment gateway for demos and tests, whose charges are in PostgreSQL and so outlive a crash of the engine.
///
/// `tok_visa` succeeds; `tok_chargeDeclined` declines; `tok_slow_<ms>` succeeds late; `tok_timeout` charges and never
/// answers the first try; `tok_error` fails and can be retried. Any other token declines.
public struct SimulatedGateway: PaymentGateway {
    private let committer: GroupCommitter<Charge, IsNew>
    private let clock: any BookingClock

    /// Whether a charge was made just now, rather than by an earlier try with the same key.
    private typealias IsNew = Bool

    /// Makes a gateway on a client that runs elsewhere.
    public init(client: PostgresClient, clock: any BookingClock) {
        self.clock = clock
        committer = GroupCommitter(limit: 500) { charges in
            do {
                let made = try await Self.insert(charges, client)
                return charges.map { .success(made.contains($0.idempotencyKey)) }
            } catch {
                return Array(repeating: .failure(error), count: charges.count)
            }
        }
    }

    public func charge(_ charge: Charge) async throws(PaymentError) -> String {
        switch charge.token {
        case "tok_visa":
            _ = try await record(charge)
        case "tok_timeout":
            if try await record(charge) { try await neverAnswer() }
        case "tok_error":
            throw PaymentError(.unavailable, "The payment service failed.")
        case let token where token.hasPrefix("tok_slow_"):
            try await answer(after: token.dropFirst("tok_slow_".count))
            _ = try await record(charge)
        case "tok_chargeDeclined":
            throw PaymentError(.declined, "The card was declined.")
        default:
            throw PaymentError(.declined, "The payment token is not known.")
        }
        return charge.simulatedID
    }

    private func record(_ charge: Charge) async throws(PaymentError) -> IsNew {
        do {
            return try await committer.commit(charge)
        } catch {
            throw PaymentError(.unavailable, "The payment service could not be reached.")
        }
    }

    private func answer(after milliseconds: Substring) async throws(PaymentError) {
        guard let milliseconds = Int64(milliseconds), (0...600_000).contains(milliseconds) else {
            throw PaymentError(.declined, "The payment token is not known.")
        }
        try await sleep(.milliseconds(milliseconds))
    }

    private func neverAnswer() async throws(PaymentError) {
        try await sleep(.seconds(3_600))
    }

    private func sleep(_ duration: Duration) async throws(PaymentError) {
        do {
            try await clock.sleep(until: clock.now + duration)
        } catch {
            throw PaymentError(.unavailable, "The payment was interrupted.")
        }
    }

    /// - Returns: The keys of the charges that were not there before.
    private static func insert(_ charges: [Charge], _ client: PostgresClient) async throws -> Set<String> {
        let rows = try await client.execute(
            PostgresStatement(
                """
                INSERT INTO simulated_charges (idempotency_key, booking, amount_minor, currency, charge_id)
                SELECT * FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::text[])
                ON CONFLICT (idempotency_key) DO NOTHING RETURNING idempotency_key
                """,
                [
                    .texts(charges.map(\.idempotencyKey)),
                    .uuids(charges.map { PostgresUUID($0.booking.own) }),
                    .int64s(charges.map(\.amountMinor)), .texts(charges.map(\.currency)),
                    .texts(charges.map(\.simulatedID)),
                ]))
        return Set(try rows.map { try $0.decode(0, as: String.self) })
    }
}

extension Charge {
    fileprivate var simulatedID: String { "ch_\(idempotencyKey)" }
}
