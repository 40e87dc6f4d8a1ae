public import KafkaDriver
public import Logging
public import Tickets

/// Does with a message all that must be done before it may be committed: its mail is sent once, or the message becomes a
/// dead letter.
public struct Mailroom: Sendable {
    /// The topic of messages whose mail did not go out. Create it with one partition.
    public static let deadLetterTopic = "usher.notifications.dlq"

    enum Outcome: Hashable {
        case sent
        /// The mail is out already, or there is none to send.
        case settledBefore
        case deadLettered
        /// The process ends first; the message comes again.
        case interrupted
    }

    let deadLetters: DeadLetters
    let pruning: InboxPruning
    private let renderer: MailRenderer
    private let delivery: MailDelivery
    private let logger: Logger

    /// Puts together what sends mail.
    ///
    /// - Parameters:
    ///   - member: Names this notifier among all, so that each mail is tried by one at a time. A process that takes
    ///     another's place after a crash should take its name too.
    ///   - transport: Where the mails go.
    ///   - inbox: Knows which mails are out.
    ///   - producer: Brings dead letters to Kafka. It runs elsewhere.
    ///   - deadLetterTopic: Where they go.
    ///   - sender: The `From` of every mail.
    ///   - signer: Makes the tickets in the mails.
    ///   - retry: When a mail is tried again after a transient failure.
    ///   - clock: Measures the delays between tries.
    ///   - logger: Gets one line for a mail given up and for a message that cannot be read; never an address.
    public init(
        member: String, transport: any MailTransport, inbox: any Inbox, producer: KafkaProducer,
        deadLetterTopic: String = Self.deadLetterTopic, sender: MailAddress, signer: TicketSigner,
        retry: RetryPolicy = RetryPolicy(), clock: any Clock<Duration> = ContinuousClock(), logger: Logger
    ) {
        let patience = Patience(clock: clock, logger: logger)
        deadLetters = DeadLetters(producer: producer, topic: deadLetterTopic, patience: patience)
        pruning = InboxPruning(inbox: inbox, patience: patience, logger: logger)
        renderer = MailRenderer(sender: sender, signer: signer)
        delivery = MailDelivery(
            transport: transport, inbox: InboxMember(inbox, name: member, patience: patience), retry: retry,
            patience: patience, logger: logger)
        self.logger = logger
    }

    func handle(_ letter: Letter) async -> Outcome {
        switch letter.content {
        case .nothing: .settledBefore
        case .notice(let notice): await send(notice, of: letter)
        case .unreadable(let reason): await giveUp(letter, "The event cannot be read: \(reason)", tries: 0)
        }
    }

    private func send(_ notice: BookingNotice, of letter: Letter) async -> Outcome {
        let mail: Mail
        do {
            mail = try renderer.mail(for: notice)
        } catch {
            return await giveUp(letter, "The tickets cannot be made: \(error)", tries: 0)
        }
        return switch await delivery.deliver(mail, of: notice.key, logging: letter.facts) {
        case .sent: .sent
        case .alreadySent: .settledBefore
        case .givenUp(let failure, let tries): await giveUp(letter, "\(failure)", tries: tries)
        case .interrupted: .interrupted
        }
    }

    private func giveUp(_ letter: Letter, _ reason: String, tries: Int) async -> Outcome {
        logger.error(
            "A message becomes a dead letter", metadata: letter.facts.adding(.reason, reason).adding(.tries, tries))
        return await deadLetters.add(letter.message, reason: reason, tries: tries) ? .deadLettered : .interrupted
    }
}
