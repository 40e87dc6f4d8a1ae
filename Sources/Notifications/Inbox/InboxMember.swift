internal import Logging

/// The inbox as one notifier's deliveries see it: an event at a time, with batches beneath. While the inbox is away they
/// wait: without its word a mail is neither sent nor dropped.
struct InboxMember: Sendable {
    /// Longer than a try takes, its wait for one of the transport's connections included: 64 mails share 8 of them, for
    /// 30 s each at the worst. It is also the delay of a mail whose notifier crashed and did not come back.
    static let lease = Duration.seconds(5 * 60)
    /// How often a mail that another notifier is about to send is looked at.
    private static let pauseWhileHeld = Duration.seconds(1)

    let inbox: any Inbox
    let name: String
    let patience: Patience
    private let claims: Batches<EventKey, InboxClaim>
    private let sent: Batches<EventKey, Void>

    init(_ inbox: any Inbox, name: String, patience: Patience) {
        self.inbox = inbox
        self.name = name
        self.patience = patience
        claims = Batches { try await inbox.claim($0, by: name, for: Self.lease) }
        sent = Batches { events in
            try await inbox.remember(events)
            return events.map { _ in () }
        }
    }

    /// Gives back what an earlier life of this member was about to send when it was killed. The partitions of those mails
    /// may be another's by now, who waits for the claims. To be called before anything is sent.
    ///
    /// - Returns: False when the process ends before there was an answer.
    func begin() async -> Bool {
        await patience.untilDone("The inbox is away, mail waits", [:]) { try await inbox.releaseAll(by: name) } != nil
    }

    enum Permission {
        case granted, alreadySent
        /// The process ends before there was an answer.
        case interrupted
    }

    /// Whether the event's mail is to be sent; waits while another notifier is about to.
    func permission(for event: EventKey, logging facts: Logger.Metadata) async -> Permission {
        while true {
            switch await patience.untilDone("The inbox is away, mail waits", facts, { try await claims.add(event) }) {
            case .granted: return .granted
            case .remembered: return .alreadySent
            case .heldByAnother: guard await patience.pause(Self.pauseWhileHeld) else { return .interrupted }
            case nil: return .interrupted
            }
        }
    }

    /// Notes that the mail is out. When the process ends first, the committed offset says the same.
    func remember(_ event: EventKey, logging facts: Logger.Metadata) async {
        _ = await patience.untilDone("The inbox is away, a sent mail is not noted", facts) { try await sent.add(event) }
    }

    /// Lets the next try be anybody's. Without an answer the lease ends by itself.
    func release(_ event: EventKey) async {
        try? await inbox.release(event, by: name)
    }
}
