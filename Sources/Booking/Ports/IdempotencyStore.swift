public import Inventory

/// The durable record of the requests that carry an idempotency key, and of the answers that they got.
///
/// A claim comes before the work and lays down the id of what the work will create. So whoever finds a claim without an
/// answer can look up what became of it, and nothing is done twice although work and answer are not written together.
public protocol IdempotencyStore: Sendable {
    /// Enters a claim, unless its key has one.
    ///
    /// Safe to repeat when the outcome is not known: a claim finds itself.
    ///
    /// - Returns: The claim that has the key now, this one or the one that came before.
    func claim(_ claim: IdempotencyClaim) async throws(LedgerError) -> IdempotencyClaim

    /// Hands a claim without an answer over to another run.
    ///
    /// - Returns: Whether this call did it; false when the claim has changed since it was read.
    func takeOver(_ claim: IdempotencyClaim, by run: UniqueID) async throws(LedgerError) -> Bool

    /// Keeps the answer to a claim's request. Without effect when it has one, and when another run has taken it over.
    func keep(_ answer: KeptAnswer, for key: IdempotencyKey, by run: UniqueID) async throws(LedgerError)

    /// Forgets claims of before `time`, the oldest first and `limit` of them at most, with their answers.
    ///
    /// - Returns: How many were forgotten.
    func prune(before time: Timestamp, limit: Int) async throws(LedgerError) -> Int
}

/// The word by which a client marks the repetitions of one request.
public struct IdempotencyKey: Hashable, Sendable {
    /// Whose key it is; the same word of another user is another key.
    public let owner: UniqueID
    /// The client's own word.
    public let word: String

    /// Names a user's key.
    public init(owner: UniqueID, word: String) {
        self.owner = owner
        self.word = word
    }
}

/// A request that has a key to itself.
public struct IdempotencyClaim: Hashable, Sendable {
    /// The key.
    public let key: IdempotencyKey
    /// Tells this request from others: a digest, in hexadecimal.
    public let fingerprint: String
    /// The own id of what the request creates.
    public let resource: UniqueID
    /// The run of the process that works on it.
    public let run: UniqueID
    /// When the key was first used.
    public let createdAt: Timestamp
    /// What the client was told; nil until that is known.
    public let answer: KeptAnswer?

    /// Describes a claim.
    public init(
        key: IdempotencyKey, fingerprint: String, resource: UniqueID, run: UniqueID, createdAt: Timestamp,
        answer: KeptAnswer? = nil
    ) {
        self.key = key
        self.fingerprint = fingerprint
        self.resource = resource
        self.run = run
        self.createdAt = createdAt
        self.answer = answer
    }
}

/// An answer to be given again, word by word.
public struct KeptAnswer: Hashable, Sendable {
    /// The status code.
    public let status: Int
    /// The body's media type.
    public let contentType: String
    /// Where the thing is that was created.
    public let location: String?
    /// The body: JSON.
    public let body: String

    /// Describes an answer.
    public init(status: Int, contentType: String, location: String?, body: String) {
        self.status = status
        self.contentType = contentType
        self.location = location
        self.body = body
    }
}
