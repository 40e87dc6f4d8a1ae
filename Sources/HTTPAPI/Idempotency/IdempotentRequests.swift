import Accounts
import Booking
import HTTPTypes
import Hummingbird
import Inventory
import Logging
import NIOCore

/// Does the work of a request with an `Idempotency-Key` once, and gives its answer to everyone who repeats it
/// (promise I5).
///
/// The key is claimed durably before the work and the answer kept after it. A claim without an answer at which nobody
/// works is one whose try was cut off, had to be refused for the moment, or whose answer could not be kept: the next
/// try looks what came of it by the planned id, and does the work only when nothing did.
final class IdempotentRequests: Sendable {
    typealias Work = @Sendable (Request, PlannedID?) async throws -> BufferedResponse

    /// The largest body that is kept, in bytes. After a larger one, a repetition finds what was created and tells it anew.
    private static let answerLimit = 65_536
    private static let runningLimit = 10_000

    private let store: any IdempotencyStore
    private let clock: any BookingClock
    private let identifiers: any IdentifierSource
    private let maxBodyBytes: Int
    private let run: UniqueID
    private let running = RunningRequests(limit: runningLimit)

    init(store: any IdempotencyStore, clock: any BookingClock, identifiers: any IdentifierSource, maxBodyBytes: Int) {
        self.store = store
        self.clock = clock
        self.identifiers = identifiers
        self.maxBodyBytes = maxBodyBytes
        run = identifiers.next(at: clock.timestamp)
    }

    /// Answers a request by doing its work, or as it was answered before. Without a key, this is the work alone.
    func answer(
        _ request: Request, _ context: APIContext, for identity: Identity, by work: @escaping Work
    ) async throws -> Response {
        guard let header = request.headers[.idempotencyKey] else { return try await work(request, nil).response() }
        let key = try IdempotencyKey(owner: identity.userID, header: header)
        var request = request
        let body = try await request.collectBody(upTo: maxBodyBytes)
        let now = clock.timestamp
        let claim = IdempotencyClaim(
            key: key, fingerprint: request.fingerprint(body: body), resource: identifiers.next(at: now), run: run,
            createdAt: now)
        try running.begin(key, fingerprint: claim.fingerprint)
        // A task of its own, so that what has begun comes to its end although its client may go.
        let answer = Task { [request] in
            defer { running.end(key) }
            return try await self.answer(request, context, claim, by: work)
        }
        return try await answer.value
    }

    private func answer(
        _ request: Request, _ context: APIContext, _ claim: IdempotencyClaim, by work: Work
    ) async throws -> Response {
        let holder = try await unavailableOnFailure { () async throws(LedgerError) in try await store.claim(claim) }
        guard holder.fingerprint == claim.fingerprint else { throw Problem.keyReused }
        if let answer = holder.answer { return BufferedResponse(answer).response(isReplayed: true) }
        try await takeOver(holder)

        let planned = PlannedID(id: holder.resource, mayExist: holder.resource != claim.resource)
        do {
            let response = try await work(request, planned)
            await keep(response, for: claim.key, context)
            return response.response()
        } catch {
            let problem = Problem(error)
            if problem.isFinal {
                await keep(try problem.buffered(requestID: context.requestID), for: claim.key, context)
            }
            throw error
        }
    }

    /// Makes an unfinished claim this run's own. Of this run nobody else works on it, or the request had not begun; and
    /// another run has died, or can write nothing any more, since this one took all shards when it started.
    private func takeOver(_ claim: IdempotencyClaim) async throws {
        guard claim.run != run else { return }
        let isTaken = try await unavailableOnFailure { () async throws(LedgerError) in
            try await store.takeOver(claim, by: run)
        }
        guard isTaken else { throw Problem.keyInUse }
    }

    /// An answer that cannot be kept is given nevertheless.
    private func keep(_ response: BufferedResponse, for key: IdempotencyKey, _ context: APIContext) async {
        guard response.body.readableBytes <= Self.answerLimit else { return }
        do {
            try await store.keep(response.kept, for: key, by: run)
        } catch {
            context.logger.warning("An answer was not kept for its idempotency key", metadata: [.error: "\(error)"])
        }
    }

    private func unavailableOnFailure<Value>(
        _ body: () async throws(LedgerError) -> Value
    ) async throws(Problem) -> Value {
        do {
            return try await body()
        } catch {
            var problem = Problem(
                .serviceUnavailable, "ledger_unavailable",
                "The `Idempotency-Key` cannot be recorded right now; nothing was done, try again.")
            problem.retry(after: .seconds(1))
            problem.cause = error
            throw problem
        }
    }
}

extension Problem {
    /// Whether a repetition is to get the same answer, rather than another try.
    fileprivate var isFinal: Bool {
        status.kind == .clientError && status != .requestTimeout && headers[.retryAfter] == nil
    }
}
