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
    let patience: Patience
    private let mails: Batches<BookingNotice, Result<Mail, TicketError>>
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
    ///   - isUrgent: Whether mails are written at once, however busy the machine is; else whatever it sells goes first.
    ///   - clock: Measures the delays between tries.
    ///   - logger: Gets one line for a mail given up and for a message that cannot be read; never an address.
    public init(
        member: String, transport: any MailTransport, inbox: any Inbox, producer: KafkaProducer,
        deadLetterTopic: String = Self.deadLetterTopic, sender: MailAddress, signer: TicketSigner,
        retry: RetryPolicy = RetryPolicy(), isUrgent: Bool = false,
        clock: any Clock<Duration> = ContinuousClock(), logger: Logger
    ) {
        patience = Patience(clock: clock, logger: logger)
        deadLetters = DeadLetters(producer: producer, topic: deadLetterTopic, patience: patience)
        pruning = InboxPruning(inbox: inbox, patience: patience, logger: logger)
        let renderer = MailRenderer(sender: sender, signer: signer)
        let writers = MailThreads(count: 1, areUrgent: isUrgent)
        // Together, so that all of them are then claimed with one statement, and sent and remembered likewise.
        mails = Batches { notices in
            try await writers.run {
                notices.map { notice in Result { () throws(TicketError) in try renderer.mail(for: notice) } }
            }
        }
        delivery = MailDelivery(
            transport: transport, inbox: InboxMember(inbox, name: member, patience: patience), retry: retry,
            patience: patience, logger: logger)
        self.logger = logger
    }

    /// To be called before the first letter is handled.
    ///
    /// - Returns: False when the process ends first.
    func open() async -> Bool { await delivery.inbox.begin() }

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
            mail = try await mails.add(notice).get()
        } catch {
            return await giveUp(letter, "The tickets cannot be made: \(error)", tries: 0)
        }
        switch await delivery.deliver(mail, of: notice.key, logging: letter.facts) {
        case .sent:
            MailLag.record(since: notice.time)
            return .sent
        case .alreadySent: return .settledBefore
        case .givenUp(let failure, let tries): return await giveUp(letter, "\(failure)", tries: tries)
        case .interrupted: return .interrupted
        }
    }

    private func giveUp(_ letter: Letter, _ reason: String, tries: Int) async -> Outcome {
        logger.error(
            "A message becomes a dead letter", metadata: letter.facts.adding(.reason, reason).adding(.tries, tries))
        return await deadLetters.add(letter.message, reason: reason, tries: tries) ? .deadLettered : .interrupted
    }
}
