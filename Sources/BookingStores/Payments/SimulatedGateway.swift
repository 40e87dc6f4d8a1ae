public import Booking
import Inventory
public import PostgresDriver

/// A payment gateway for demos and tests, whose charges are in PostgreSQL and so outlive a crash of the engine.
///
/// `tok_visa` succeeds; `tok_chargeDeclined` declines; `tok_slow_<ms>` succeeds late; `tok_timeout` charges and never
/// answers the first try; `tok_late_<ms>` answers no try and charges that much later; `tok_error` fails and can be
/// retried. Any other token declines.
public struct SimulatedGateway: PaymentGateway {
    private let client: PostgresClient
    private let committer: GroupCommitter<SimulatedCharge, IsNew>
    private let clock: any BookingClock

    /// Whether a charge was made just now, rather than by an earlier try with the same key.
    private typealias IsNew = Bool

    /// Makes a gateway on a client that runs elsewhere.
    public init(client: PostgresClient, clock: any BookingClock) {
        self.client = client
        self.clock = clock
        committer = GroupCommitter(limit: 500) { charges in
            do {
                let made = try await Self.insert(charges, client)
                return charges.map { .success(made.contains($0.charge.idempotencyKey)) }
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
            if try await record(charge) { try await sleep(.seconds(3_600)) }
        case "tok_error":
            throw PaymentError(.unavailable, "The payment service failed.")
        case "tok_chargeDeclined":
            throw PaymentError(.declined, "The card was declined.")
        default:
            if let delay = charge.delay(after: "tok_slow_") {
                try await sleep(delay)
                _ = try await record(charge)
            } else if let delay = charge.delay(after: "tok_late_") {
                _ = try await record(charge, after: delay)
                throw PaymentError(.unanswered, "The payment service lost its answer.")
            } else {
                throw PaymentError(.declined, "The payment token is not known.")
            }
        }
        return charge.simulatedID
    }

    public func refund(_ refund: Refund) async throws(PaymentError) {
        let isMade: Bool
        do {
            isMade = try await insert(refund)
        } catch {
            throw PaymentError(failed: error)
        }
        guard isMade else { throw PaymentError(.declined, "There is no such charge to give back.") }
    }

    public func lookUp(_ charge: Charge) async throws(PaymentError) -> ChargeState {
        do {
            let rows = try await client.execute(
                PostgresStatement(
                    "SELECT created_at <= $2 FROM simulated_charges WHERE idempotency_key = $1",
                    [.text(charge.idempotencyKey), .timestamp(PostgresTimestamp(clock.timestamp))]))
            guard let row = rows.first else { return .unknown }
            return try row.decode(0, as: Bool.self) ? .succeeded(paymentID: charge.simulatedID) : .pending
        } catch {
            throw PaymentError(.unavailable, "The payment service could not be reached.")
        }
    }

    private func record(_ charge: Charge, after delay: Duration = .zero) async throws(PaymentError) -> IsNew {
        do {
            return try await committer.commit(SimulatedCharge(charge: charge, madeAt: clock.timestamp + delay))
        } catch {
            throw PaymentError(failed: error)
        }
    }

    private func sleep(_ duration: Duration) async throws(PaymentError) {
        do {
            try await clock.sleep(until: clock.now + duration)
        } catch {
            throw PaymentError(.unanswered, "The payment was interrupted.")
        }
    }
}

// MARK: - Rows

extension SimulatedGateway {
    /// - Returns: The keys of the charges that were not there before.
    private static func insert(_ charges: [SimulatedCharge], _ client: PostgresClient) async throws -> Set<String> {
        let rows = try await client.execute(
            PostgresStatement(
                """
                INSERT INTO simulated_charges (idempotency_key, booking, amount_minor, currency, charge_id, created_at)
                SELECT * FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::text[], $6::timestamptz[])
                ON CONFLICT (idempotency_key) DO NOTHING RETURNING idempotency_key
                """,
                [
                    .texts(charges.map(\.charge.idempotencyKey)),
                    .uuids(charges.map { PostgresUUID($0.charge.booking.own) }),
                    .int64s(charges.map(\.charge.amountMinor)), .texts(charges.map(\.charge.currency)),
                    .texts(charges.map(\.charge.simulatedID)),
                    .timestamps(charges.map { PostgresTimestamp($0.madeAt) }),
                ]))
        return Set(try rows.map { try $0.decode(0, as: String.self) })
    }

    /// - Returns: Whether the refund is there now; false when there is no such charge.
    private func insert(_ refund: Refund) async throws -> Bool {
        let rows = try await client.execute(
            PostgresStatement(
                """
                INSERT INTO simulated_refunds (idempotency_key, charge_id, amount_minor, currency)
                SELECT $1, charge_id, $3, currency FROM simulated_charges
                WHERE idempotency_key = $5 AND charge_id = $2 AND amount_minor >= $3 AND currency = $4
                    AND created_at <= $6
                ON CONFLICT (idempotency_key) DO UPDATE SET idempotency_key = excluded.idempotency_key
                RETURNING idempotency_key
                """,
                [
                    .text(refund.idempotencyKey), .text(refund.paymentID), .int64(refund.amountMinor),
                    .text(refund.currency), .text(String(refund.paymentID.dropFirst(Charge.simulatedPrefix.count))),
                    .timestamp(PostgresTimestamp(clock.timestamp)),
                ]))
        return !rows.isEmpty
    }
}

extension PaymentError {
    /// What a failure of the gateway's database means for the money.
    fileprivate init(failed error: any Error) {
        let isUnknown = (error as? PostgresError)?.outcomeIsUnknown ?? true
        self.init(isUnknown ? .unanswered : .unavailable, "The payment service could not be reached.")
    }
}

/// A charge, and when it is made: for `tok_late_<ms>` that lies ahead.
private struct SimulatedCharge {
    let charge: Charge
    let madeAt: Timestamp
}

extension Charge {
    fileprivate static let simulatedPrefix = "ch_"

    fileprivate var simulatedID: String { Self.simulatedPrefix + idempotencyKey }

    /// The milliseconds, ten minutes at most, that the token has after `prefix`; nil when it is another token.
    fileprivate func delay(after prefix: String) -> Duration? {
        guard token.hasPrefix(prefix), let milliseconds = Int64(token.dropFirst(prefix.count)),
            (0...600_000).contains(milliseconds)
        else { return nil }
        return .milliseconds(milliseconds)
    }
}
