/// Remembers which events' mails are out, so that an event that comes twice makes one mail.
///
/// Two notifiers may hold the same event for a while, when its partition moves from one to the other. Hence whoever is
/// about to send a mail claims its event first, for a limited time: a notifier that has crashed cannot keep it.
public protocol Inbox: Sendable {
    /// Claims events for one try to send their mails.
    ///
    /// - Parameters:
    ///   - events: Without repetition.
    ///   - member: Who claims. Its own claims are granted again, so a notifier that comes back goes on at once.
    ///   - lease: How long nobody else gets the events.
    /// - Returns: An answer for each event, in their order.
    func claim(_ events: [EventKey], by member: String, for lease: Duration) async throws -> [InboxClaim]

    /// Notes for good that the mails of claimed events are out.
    func remember(_ events: [EventKey]) async throws

    /// Gives back a claim whose mail did not go out, unless somebody else has claimed the event since.
    func release(_ event: EventKey, by member: String) async throws

    /// Gives back all claims of a member that has nothing under way, so that nobody waits for a life of its that has ended.
    func releaseAll(by member: String) async throws

    /// Forgets what was remembered, or claimed in vain, longer ago than `age`.
    func prune(olderThan age: Duration) async throws
}

/// What the inbox says to a claim.
public enum InboxClaim: Hashable, Sendable {
    /// The mail may be sent now.
    case granted
    /// The mail is out.
    case remembered
    /// Another notifier is about to send the mail.
    case heldByAnother
}
